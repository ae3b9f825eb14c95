package dev.floe.sqlgateway.arrow;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.arrow.ArrowColumns;
import dev.floe.sql.arrow.ArrowSchemas;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * Batches as Arrow IPC streams, uncompressed; safe for use by several threads.
 *
 * <p>Arrow's buffers live off the heap, within one limit for the process, and only while a stream is written.
 */
public final class ArrowStreams implements AutoCloseable {
    private static final long RETRY_MILLIS = 1_000;

    private final BufferAllocator memory;

    public ArrowStreams(long bytesMax) {
        this.memory = new RootAllocator(bytesMax);
    }

    /** A schema, one record batch and the end of the stream; throws OVERLOADED at the limit of memory. */
    public ByteString write(ColumnBatch batch, List<ResultColumn> columns) {
        return record(batch, columns, record -> stream(record, columns));
    }

    /** One record batch, for streams whose schema is sent apart; throws OVERLOADED at the limit of memory. */
    public ArrowPart part(ColumnBatch batch, List<ResultColumn> columns) {
        return record(batch, columns, ArrowPart::of);
    }

    private interface Form<T> {
        T of(ArrowRecordBatch record) throws IOException;
    }

    private <T> T record(ColumnBatch batch, List<ResultColumn> columns, Form<T> form) {
        try (ArrowColumns arrow = new ArrowColumns(memory)) {
            for (int i = 0; i < columns.size(); i++) {
                Vector vector = batch.column(i);
                if (vector == null) {
                    throw new IllegalStateException("the engine's batch lacks column " + i);
                }
                arrow.add(vector, columns.get(i).type());
            }
            try (ArrowRecordBatch record = arrow.batch(batch.rowCount())) {
                return form.of(record);
            }
        } catch (OutOfMemoryException e) {
            throw new FloeException(ErrorCode.OVERLOADED, "the server's memory for Arrow results is taken", e)
                    .advise("try again shortly, ask for smaller batches, or raise sql.arrow-bytes-max")
                    .retryAfter(RETRY_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private static ByteString stream(ArrowRecordBatch record, List<ResultColumn> columns) throws IOException {
        try (ByteString.Output bytes = ByteString.newOutput();
                WriteChannel out = new WriteChannel(Channels.newChannel(bytes))) {
            MessageSerializer.serialize(out, ArrowSchemas.of(columns));
            MessageSerializer.serialize(out, record);
            ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
            return bytes.toByteString();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
