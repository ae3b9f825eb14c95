package dev.floe.sql.duckdb;

import dev.floe.sql.arrow.ArrowColumns;
import dev.floe.sql.arrow.ArrowSchemas;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.storage.column.ColumnBatch;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.types.Type;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory as a relation of DuckDB's, to be read once.
 *
 * <p>They become Arrow's when DuckDB asks for them, on its threads, one batch at a time. {@link #close} comes after
 * the query.
 */
final class RowStream implements AutoCloseable {
    private static final int BATCH_ROWS = 16_384;

    /** Batches one after another, up to a null; a batch has at most so many rows, but where it is the only one. */
    interface Rows {
        @Nullable
        ColumnBatch next(int rowsMax);
    }

    private final ArrowArrayStream stream;

    private RowStream(ArrowArrayStream stream) {
        this.stream = stream;
    }

    /** Gives the rows a name on a connection; the columns are called c0, c1 and so on. */
    static RowStream register(
            DuckDBConnection connection, String name, Rows rows, List<Type> types, BufferAllocator allocator) {
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        Data.exportArrayStream(allocator, new Batches(allocator, rows, types), stream);
        connection.registerArrowStream(name, stream);
        return new RowStream(stream);
    }

    @Override
    public void close() {
        // DuckDB empties the struct when it takes the stream over
        if (stream.snapshot().release != 0) {
            stream.release();
        }
        stream.close();
    }

    private static final class Batches extends ArrowReader {
        private final Rows rows;
        private final List<Type> types;

        Batches(BufferAllocator allocator, Rows rows, List<Type> types) {
            super(allocator);
            this.rows = rows;
            this.types = types;
        }

        @Override
        protected Schema readSchema() {
            return ArrowSchemas.of(IntStream.range(0, types.size())
                    .mapToObj(i -> new ResultColumn("c" + i, types.get(i), true))
                    .toList());
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            prepareLoadNextBatch();
            ColumnBatch batch = rows.next(BATCH_ROWS);
            if (batch == null) {
                return false;
            }
            try (ArrowColumns columns = new ArrowColumns(allocator)) {
                for (int i = 0; i < types.size(); i++) {
                    columns.add(batch.columns().get(i), types.get(i));
                }
                loadRecordBatch(columns.batch(batch.rowCount()));
            }
            return true;
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        protected void closeReadSource() {
            // rows are somebody else's memory
        }
    }
}
