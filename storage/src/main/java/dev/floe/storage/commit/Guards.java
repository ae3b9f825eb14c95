package dev.floe.storage.commit;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The checks that keep commits exactly once, each removable by a test of this package alone.
 *
 * <p>A test that takes one away and still passes shows that nothing watches over it.
 */
record Guards(Set<Guard> kept) {
    /** What everything but a test runs with. */
    static final Guards ALL = new Guards(EnumSet.allOf(Guard.class));

    /** One check, named for what it prevents. */
    enum Guard {
        /** The plan is checked against the ancestry inside Iceberg's commit. */
        PLAN_HOLDS_AT_COMMIT,
        /** What the table has is told by its offsets, whichever run of the job committed them. */
        OFFSETS_OF_EVERY_RUN,
        /** What the table has is told by its offsets, never by numbers of checkpoints. */
        OFFSETS_NOT_CHECKPOINTS,
        /** Changes that arrive after their checkpoint completed are kept and committed. */
        LATE_CHANGES_COUNT,
        /** Changes that don't fit make the writers begin anew. */
        CONFLICTS_REWIND,
        /** A bucket's changes continue where the table ends. */
        CHANGES_CONTINUE,
        /** A committer whose epoch is over commits no more. */
        EPOCH_FENCES,
        /** Offsets count only for the log they were made of. */
        LOG_IS_THE_SAME,
        /** A table created again under the same name is another table. */
        TABLE_IS_THE_SAME,
        /** What changes no rows carries the summary of the snapshot that it lands on. */
        SUMMARY_OF_THE_PARENT,
        /** The newest snapshot of Floe's does not expire. */
        NEWEST_STAYS,
        /** A snapshot that a person left behind does not expire before the table caught up with it. */
        LEFT_BEHIND_STAYS
    }

    Guards {
        kept = Set.copyOf(kept);
    }

    static Guards without(Guard... removed) {
        Set<Guard> kept = EnumSet.allOf(Guard.class);
        List.of(removed).forEach(kept::remove);
        return new Guards(kept);
    }

    boolean has(Guard guard) {
        return kept.contains(guard);
    }
}
