package dev.floe.benchmarks;

import dev.floe.client.Batch;
import dev.floe.client.ColumnarRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/**
 * Batches of workload E in one form, made before the clock runs and handed out in turn.
 *
 * <p>Of the Arrow form the vectors are made before; each batch is written as an IPC stream when it is sent, as a client
 * has to. Its strings are plain: Arrow's dictionaries are not used.
 */
final class AckedBatches implements AutoCloseable {
    private static final long SEED = 42;
    private static final int ROWS_MADE = 1_000_000;
    private static final int SINGLE_ROWS_MADE = 10_000;

    /** How rows are handed to the client. */
    enum Form {
        ARROW,
        COLUMNAR,
        ROWS
    }

    private final Form form;
    private final int batchRows;
    private final List<VectorSchemaRoot> arrow = new ArrayList<>();
    private final List<Batch> ready = new ArrayList<>();
    private int next;

    AckedBatches(Form form, int batchRows, BufferAllocator allocator) {
        this.form = form;
        this.batchRows = batchRows;
        WorkloadE workload = new WorkloadE(SEED);
        int batches = batchRows == 1 ? SINGLE_ROWS_MADE : Math.max(1, ROWS_MADE / batchRows);
        for (int i = 0; i < batches; i++) {
            WorkloadE.Rows rows = workload.next(batchRows);
            switch (form) {
                case ARROW -> arrow.add(root(rows, allocator));
                case COLUMNAR -> ready.add(rows.columnar());
                case ROWS -> ready.add(rows.values());
            }
        }
    }

    int batchRows() {
        return batchRows;
    }

    synchronized Batch next() {
        next++;
        return form == Form.ARROW
                ? new Batch.Arrow(ipc(arrow.get(next % arrow.size())), batchRows)
                : ready.get(next % ready.size());
    }

    /** Bytes of a batch's buffers a row, without what frames them on the wire; 0 for rows. */
    double bytesPerRow() {
        Batch one = next();
        if (one instanceof Batch.Arrow stream) {
            return (double) stream.ipcStream().length / batchRows;
        }
        return one instanceof ColumnarRows columnar ? (double) bytes(columnar) / batchRows : 0;
    }

    @Override
    public void close() {
        arrow.forEach(VectorSchemaRoot::close);
    }

    private static long bytes(ColumnarRows batch) {
        long bytes = 0;
        for (ColumnarRows.ColumnData column : batch.columns()) {
            if (column instanceof ColumnarRows.Coded coded) {
                bytes += coded.codes().length;
                bytes += coded.dictionary().stream()
                        .mapToLong(word -> word.length() + Integer.BYTES)
                        .sum();
            } else if (column instanceof ColumnarRows.Bytes text) {
                bytes += (long) Integer.BYTES * text.offsets().length + text.offsets()[batch.rowCount()];
            } else {
                bytes += (long) batch.rowCount() * (column instanceof ColumnarRows.Ints ? Integer.BYTES : Long.BYTES);
            }
        }
        return bytes;
    }

    private static byte[] ipc(VectorSchemaRoot root) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(root.getRowCount() * 100 + 4_096);
        try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
            writer.writeBatch();
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static VectorSchemaRoot root(WorkloadE.Rows rows, BufferAllocator allocator) {
        VarCharVector tenant = new VarCharVector("tenant", allocator);
        BigIntVector entityId = new BigIntVector("entity_id", allocator);
        TimeStampMicroVector ts = new TimeStampMicroVector("ts", allocator);
        VarCharVector eventType = new VarCharVector("event_type", allocator);
        VarCharVector country = new VarCharVector("country", allocator);
        Float8Vector amount = new Float8Vector("amount", allocator);
        IntVector quantity = new IntVector("quantity", allocator);
        VarCharVector payload = new VarCharVector("payload", allocator);
        for (int row = 0; row < rows.count; row++) {
            tenant.setSafe(row, utf8(WorkloadE.TENANTS.get(rows.tenant[row])));
            entityId.setSafe(row, rows.entityId[row]);
            ts.setSafe(row, rows.ts[row]);
            eventType.setSafe(row, utf8(WorkloadE.EVENT_TYPES.get(rows.eventType[row])));
            country.setSafe(row, utf8(WorkloadE.COUNTRIES.get(rows.country[row])));
            amount.setSafe(row, rows.amount[row]);
            quantity.setSafe(row, rows.quantity[row]);
            payload.setSafe(row, utf8(rows.payload[row]));
        }
        List<FieldVector> columns = List.of(tenant, entityId, ts, eventType, country, amount, quantity, payload);
        columns.forEach(column -> column.setValueCount(rows.count));
        return new VectorSchemaRoot(columns);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
