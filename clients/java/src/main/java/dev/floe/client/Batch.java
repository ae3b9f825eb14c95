package dev.floe.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows to write, in one of the forms the server takes. */
public sealed interface Batch permits Batch.Rows, Batch.Arrow, ColumnarRows {
    /** Number of rows, or -1 where it is not known here. */
    int rowCount();

    /** Rows of Java values in the order of {@code columns}; no columns means all of the table's, in its order. */
    record Rows(List<String> columns, List<@Nullable Object[]> rows) implements Batch {
        public Rows {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        @Override
        public int rowCount() {
            return rows.size();
        }
    }

    /** An Arrow IPC stream: a schema, then record batches, of so many rows in all. The bytes are not copied. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Arrow(byte[] ipcStream, int rowCount) implements Batch {
        /** Of a number of rows that is not known, which a writer with a stream does not take. */
        public Arrow(byte[] ipcStream) {
            this(ipcStream, -1);
        }
    }

    static Batch of(List<String> columns, List<@Nullable Object[]> rows) {
        return new Rows(columns, rows);
    }
}
