package dev.floe.storage.wire;

/** What a batch from outside may have at most: rows, and slots and columns counting nested ones and those left out. */
public record BatchLimits(int rowsMax, int columnsMax, int slotsMax) {
    /** Limits for entries of the log, which were checked before they were written. */
    public static final BatchLimits TRUSTED = new BatchLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
}
