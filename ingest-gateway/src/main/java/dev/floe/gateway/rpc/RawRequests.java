package dev.floe.gateway.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Requests as the bytes they came in.
 *
 * <p>gRPC's own parsing ends the whole stream at a message it can't read, invalid UTF-8 included. Here such a message
 * costs only its own batch. Byte fields of a parsed message share the request's array instead of copying it.
 */
final class RawRequests {
    private RawRequests() {}

    /** Hands requests on unparsed. */
    static MethodDescriptor.Marshaller<byte[]> marshaller() {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    // gRPC knows how much is there: one copy, and no buffer for what may come after it
                    byte[] known = new byte[stream.available()];
                    int read = stream.readNBytes(known, 0, known.length);
                    int more = read < known.length ? -1 : stream.read();
                    if (more >= 0) {
                        return joined(known, (byte) more, stream.readAllBytes());
                    }
                    return read == known.length ? known : Arrays.copyOf(known, read);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static byte[] joined(byte[] first, byte next, byte[] rest) {
        byte[] all = Arrays.copyOf(first, Math.addExact(first.length + 1, rest.length));
        all[first.length] = next;
        System.arraycopy(rest, 0, all, first.length + 1, rest.length);
        return all;
    }

    /** Throws INVALID_UTF8 or MALFORMED_BATCH. */
    static <M extends MessageLite> M parse(Parser<M> parser, byte[] request) {
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(request).newCodedInput();
            in.enableAliasing(true);
            M message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("UTF-8")) {
                throw new FloeException(ErrorCode.INVALID_UTF8, "a text of the batch is not valid UTF-8", e)
                        .advise("encode text as UTF-8, or send it as binary");
            }
            throw new FloeException(ErrorCode.MALFORMED_BATCH, "the request is no message of this call: " + reason, e)
                    .advise("encode it with floe.v1, nested to a depth of at most 16");
        }
    }

    /** The last varint of a field number of a message that may otherwise be unreadable, or 0. */
    static long varint(byte[] request, int fieldNumber) {
        CodedInputStream in = CodedInputStream.newInstance(request);
        long found = 0;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                boolean wanted = WireFormat.getTagFieldNumber(tag) == fieldNumber
                        && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
                if (wanted) {
                    found = in.readInt64();
                } else if (!in.skipField(tag)) {
                    return found;
                }
            }
        } catch (IOException e) {
            return found;
        }
        return found;
    }
}
