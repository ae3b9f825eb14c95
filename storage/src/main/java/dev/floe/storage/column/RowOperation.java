package dev.floe.storage.column;

/** What a row does to its table; the numbers are those of {@code floe.v1.Operation}. */
public final class RowOperation {
    /** Adds a row to an append table. */
    public static final byte APPEND = 1;
    /** Replaces the row of the key in an upsert table. */
    public static final byte UPSERT = 2;
    /** Removes the row of the key from an upsert table; only its key columns are read. */
    public static final byte DELETE = 3;

    private RowOperation() {}
}
