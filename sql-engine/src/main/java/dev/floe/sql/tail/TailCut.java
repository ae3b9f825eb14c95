package dev.floe.sql.tail;

import java.util.Map;

/** The answer to the question what a table's log has after a snapshot. */
public sealed interface TailCut {
    /** All of it that was followed so far. */
    record Whole(TableTail tail) implements TailCut {}

    /** The tail lacks entries: a snapshot has to contain these offsets of buckets first. */
    record Lacking(Map<Integer, Long> needed, String why) implements TailCut {
        public Lacking {
            needed = Map.copyOf(needed);
        }
    }
}
