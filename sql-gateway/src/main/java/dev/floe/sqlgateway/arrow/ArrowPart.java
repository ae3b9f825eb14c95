package dev.floe.sqlgateway.arrow;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** One message of Arrow's IPC format without its frame: metadata, and a body that a schema doesn't have. */
public record ArrowPart(ByteString metadata, ByteString body) {
    public static ArrowPart of(Schema schema) {
        return new ArrowPart(
                ByteString.copyFrom(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT)), ByteString.EMPTY);
    }

    /** The rows of vectors, which stay the caller's to close. */
    public static ArrowPart of(VectorSchemaRoot root) {
        try (ArrowRecordBatch record = new VectorUnloader(root).getRecordBatch()) {
            return of(record);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    static ArrowPart of(ArrowRecordBatch record) throws IOException {
        try (ByteString.Output bytes = ByteString.newOutput();
                WriteChannel out = new WriteChannel(Channels.newChannel(bytes))) {
            MessageSerializer.writeBatchBuffers(out, record);
            return new ArrowPart(
                    ByteString.copyFrom(MessageSerializer.serializeMetadata(record, IpcOption.DEFAULT)),
                    bytes.toByteString());
        }
    }

    /** A schema as a whole message with its frame. */
    public static ByteString framed(Schema schema) {
        try (ByteString.Output bytes = ByteString.newOutput();
                WriteChannel out = new WriteChannel(Channels.newChannel(bytes))) {
            MessageSerializer.serialize(out, schema);
            return bytes.toByteString();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
