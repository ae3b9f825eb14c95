package dev.floe.storage.commit;

import dev.floe.storage.commit.Guards.Guard;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * What others who change a table's metadata owe its committer, who finds everything it knows there.
 *
 * <p>Snapshots that it looks for stay: the newest of its own, by which it tells what the table has, whether an epoch
 * is over and what became of a commit; those above it, among which it looks for rows of others; and those that a
 * person left behind by a rollback, by which it finds that its writers have to begin anew, until the table has caught
 * up with them.
 *
 * <p>A snapshot that changes no rows, made by another, carries the summary of the snapshot that it is committed onto,
 * with an id of its own. It is taken over at each attempt from the very ancestors that Iceberg's compare and swap
 * holds to, so that a commit in between never takes the table's offsets back. Where others changed rows above the
 * committer's newest snapshot there is no such commit: it would hide them from the committer.
 */
public final class CommitterNeeds {
    private CommitterNeeds() {}

    /** Ids of the snapshots that must not expire. */
    public static Set<Long> snapshots(Table table) {
        return snapshots(table, Guards.ALL);
    }

    static Set<Long> snapshots(Table table, Guards guards) {
        Set<Long> needed = new LinkedHashSet<>();
        if (guards.has(Guard.NEWEST_STAYS)) {
            for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
                needed.add(snapshot.snapshotId());
                if (isFloes(snapshot)) {
                    break;
                }
            }
        }
        if (guards.has(Guard.LEFT_BEHIND_STAYS)) {
            needed.addAll(RollbackWatch.leftBehind(table).keySet());
        }
        return needed;
    }

    /** True where Floe made the snapshot. */
    public static boolean isFloes(Snapshot snapshot) {
        return CommitSummary.of(snapshot).isPresent();
    }

    /** True where a commit that changes no rows may be made now. */
    public static boolean allowsRewrite(Table table) {
        TableHistory history = TableHistory.of(table);
        return history.summary() != null && history.foreignChange() == null;
    }

    /**
     * Makes an update that changes no rows one that the committer accepts; it fails with Iceberg's ValidationException
     * where {@link #allowsRewrite} does not hold when it is committed.
     */
    public static void carryOver(SnapshotUpdate<?> update) {
        carryOver(update, null);
    }

    /** {@code planned} is carried where it is given, whatever the update lands on. */
    static void carryOver(SnapshotUpdate<?> update, @Nullable TableHistory planned) {
        String attempt = "maintenance-" + UUID.randomUUID();
        update.validateWith(new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                TableHistory now = planned == null ? TableHistory.of(ancestors) : planned;
                CommitSummary summary = now.summary();
                if (summary == null || now.foreignChange() != null) {
                    return false;
                }
                new CommitSummary(summary.id(), attempt, summary.offsets(), summary.writerEpochs()).writeTo(update);
                return true;
            }

            @Override
            public String errorMessage() {
                return "others changed rows of the table after Floe";
            }
        });
    }
}
