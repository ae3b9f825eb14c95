package dev.floe.jobs.maintain;

import java.util.UUID;

/**
 * A table whose maintenance is due.
 *
 * @param request number of what a person asked for; 0 where it is due by itself
 * @param dry it is to change nothing
 * @param orphans files that nothing names are to be looked for, too
 */
public record DueTable(long tableHigh, long tableLow, long request, boolean dry, boolean orphans) {
    UUID tableId() {
        return new UUID(tableHigh, tableLow);
    }
}
