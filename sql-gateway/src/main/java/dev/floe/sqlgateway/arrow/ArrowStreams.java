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
        try (ArrowColumns arrow = new ArrowColumns(memory)) {
            for (int i = 0; i < columns.size(); i++) {
                Vector vector = batch.column(i);
                if (vector == null) {
                    throw new IllegalStateException("the engine's batch lacks column " + i);
                }
                arrow.add(vector, columns.get(i).type());
            }
            return stream(arrow, batch.rowCount(), columns);
        } catch (OutOfMemoryException e) {
            throw new FloeException(ErrorCode.OVERLOADED, "the server's memory for Arrow results is taken", e)
                    .advise("try again shortly, ask for smaller batches, or raise sql.arrow-bytes-max")
                    .retryAfter(RETRY_MILLIS);
        }
    }

    private static ByteString stream(ArrowColumns arrow, int rowCount, List<ResultColumn> columns) {
        try (ByteString.Output bytes = ByteString.newOutput();
                WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
                ArrowRecordBatch record = arrow.batch(rowCount)) {
            MessageSerializer.serialize(out, ArrowSchemas.of(columns));
            MessageSerializer.serialize(out, record);
            ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
            return bytes.toByteString();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
