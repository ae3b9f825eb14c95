package dev.floe.storage.arrow;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * Messages of an Arrow IPC stream, one after another.
 *
 * <p>Every length is checked against the bytes that are there before anything is taken or allocated by it. Format:
 * <a href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">Arrow columnar format</a>.
 */
public final class ArrowFrames {
    private static final int CONTINUATION = -1;

    private final ByteBuffer stream;

    /** A message's metadata and the bytes of its body. */
    public record Frame(Message message, ByteBuffer body) {}

    public ArrowFrames(ByteBuffer stream) {
        this.stream = stream.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The next message, or null at the end. */
    @Nullable
    public Frame next() {
        if (stream.remaining() < Integer.BYTES) {
            if (stream.hasRemaining()) {
                throw malformed("it ends within a message");
            }
            return null;
        }
        int length = stream.getInt();
        if (length == CONTINUATION) {
            if (stream.remaining() < Integer.BYTES) {
                throw malformed("it ends within a message");
            }
            length = stream.getInt();
        }
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > stream.remaining()) {
            throw malformed("a message says it has " + length + " bytes, " + stream.remaining() + " are left");
        }
        Message message = Message.getRootAsMessage(take(length));
        long body = message.bodyLength();
        if (body < 0 || body > stream.remaining()) {
            throw malformed("a message's body says it has " + body + " bytes, " + stream.remaining() + " are left");
        }
        return new Frame(message, take((int) body));
    }

    private ByteBuffer take(int length) {
        ByteBuffer taken = stream.slice(stream.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        stream.position(stream.position() + length);
        return taken;
    }

    public static FloeException malformed(String what) {
        return new FloeException(ErrorCode.MALFORMED_BATCH, "the batch is no Arrow IPC stream: " + what)
                .advise("send a schema, then record batches, as Arrow's stream writer makes them");
    }
}
