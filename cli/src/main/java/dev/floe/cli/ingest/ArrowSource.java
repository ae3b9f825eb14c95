package dev.floe.cli.ingest;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Batches of an Arrow IPC file or stream, cut to size and handed on as Arrow; the server maps the types.
 *
 * <p>A file is a stream between a head and a footer, which only repeats what the stream says: both are read alike, also
 * from standard input.
 * Format: <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">Arrow IPC</a>.
 */
final class ArrowSource implements BatchSource {
    private static final byte[] FILE_HEAD = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM_HEAD = {-1, -1, -1, -1};
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long MEMORY_BYTES_MAX = 4L << 30;
    private static final long BATCH_BYTES = 8 << 20;

    private final BufferAllocator allocator = new RootAllocator(MEMORY_BYTES_MAX);
    private final FileColumns columns;
    private final BatchLimits limits;
    private final ArrowStreamReader reader;
    private @Nullable VectorSchemaRoot loaded;
    /** The row of the loaded batch to go on with, and that batch's first row in the input. */
    private int next;

    private long first = 1;
    private long read;

    ArrowSource(InputStream in, FileColumns columns, BatchLimits limits) throws IOException {
        this.columns = columns;
        this.limits = limits;
        InputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
        skipHead(buffered);
        this.reader = new ArrowStreamReader(buffered, allocator, new ArrowCodecs());
    }

    @Override
    public @Nullable SourceBatch next() throws IOException {
        try {
            VectorSchemaRoot batch = loaded;
            while (batch == null || next >= batch.getRowCount()) {
                first += batch == null ? 0 : batch.getRowCount();
                if (!reader.loadNextBatch()) {
                    return null;
                }
                batch = selected(reader.getVectorSchemaRoot());
                loaded = batch;
                next = (int) Math.min(batch.getRowCount(), Math.max(0, limits.fromRow() - first));
            }
            return slice(batch);
        } catch (IOException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw unreadable(e);
        } catch (ArithmeticException | UnsupportedOperationException | OutOfMemoryException e) {
            throw unreadable(e);
        }
    }

    @Override
    public long read() {
        return read;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        allocator.close();
    }

    private VectorSchemaRoot selected(VectorSchemaRoot all) {
        List<Field> fields = all.getSchema().getFields();
        Map<String, Column> matched =
                columns.match(fields.stream().map(Field::getName).toList());
        if (matched.size() == fields.size()) {
            return all;
        }
        List<FieldVector> vectors = new ArrayList<>();
        for (FieldVector vector : all.getFieldVectors()) {
            if (matched.containsKey(vector.getName())) {
                vectors.add(vector);
            }
        }
        List<Field> kept = vectors.stream().map(FieldVector::getField).toList();
        return new VectorSchemaRoot(kept, vectors, all.getRowCount());
    }

    private SourceBatch slice(VectorSchemaRoot batch) throws IOException {
        int left = batch.getRowCount() - next;
        long bytes = batch.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
        long fitting = Math.max(1, BATCH_BYTES * batch.getRowCount() / Math.max(1, bytes));
        int rows = (int) Math.min(left, Math.min(limits.rowsMax(), fitting));
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (VectorSchemaRoot slice = batch.slice(next, rows);
                ArrowStreamWriter writer = new ArrowStreamWriter(slice, reader, stream)) {
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        RowNumbers numbers = RowNumbers.from(first + next, rows);
        next += rows;
        read += rows;
        return new SourceBatch(new Batch.Arrow(stream.toByteArray(), rows), numbers);
    }

    /** Nothing is read by the lengths of what is no Arrow at all. */
    private static void skipHead(InputStream in) throws IOException {
        in.mark(FILE_HEAD.length);
        byte[] head = in.readNBytes(FILE_HEAD.length);
        if (Arrays.equals(head, FILE_HEAD)) {
            return;
        }
        in.reset();
        if (!Arrays.equals(Arrays.copyOf(head, STREAM_HEAD.length), STREAM_HEAD)) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the input is no Arrow IPC file or stream")
                    .advise("name its form with --format; Arrow of before version 0.15 has to be written anew");
        }
    }

    private static FloeException unreadable(Exception e) {
        return new FloeException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the Arrow input is broken: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
                        e)
                .advise("write it anew, as an IPC file or stream");
    }
}
