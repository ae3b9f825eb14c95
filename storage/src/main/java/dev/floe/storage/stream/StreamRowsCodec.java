package dev.floe.storage.stream;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of the streams of a log entry; integers are little endian, varints as in protobuf.
 *
 * <pre>
 *   number of streams (varint), then of each:
 *     stream id (16 bytes), epoch (8), previous (8), first (8), row count (varint),
 *     1 and nothing more where offsets follow one another, else 0 and of each row but the first
 *     its offset less the one before (varint)
 * </pre>
 */
public final class StreamRowsCodec {
    private static final byte[] EMPTY = new byte[0];

    private StreamRowsCodec() {}

    /** No bytes for no streams. */
    public static byte[] encode(List<StreamRows> streams) {
        if (streams.isEmpty()) {
            return EMPTY;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(streams.size());
            for (StreamRows rows : streams) {
                write(out, rows);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Throws IOException where the bytes are not what {@link #encode} makes. */
    public static List<StreamRows> decode(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return List.of();
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes, from, length);
        int count = in.readUInt32();
        List<StreamRows> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            streams.add(read(in, length));
        }
        if (!in.isAtEnd()) {
            throw new IOException("bytes are left after the streams");
        }
        return List.copyOf(streams);
    }

    private static void write(CodedOutputStream out, StreamRows rows) throws IOException {
        out.writeFixed64NoTag(rows.stream().high());
        out.writeFixed64NoTag(rows.stream().low());
        out.writeFixed64NoTag(rows.epoch());
        out.writeFixed64NoTag(rows.previous());
        out.writeFixed64NoTag(rows.first());
        out.writeUInt32NoTag(rows.rowCount());
        int[] later = rows.later();
        out.writeBoolNoTag(later == null);
        if (later != null) {
            for (int row = 1; row < later.length; row++) {
                out.writeUInt32NoTag(later[row] - later[row - 1]);
            }
        }
    }

    private static StreamRows read(CodedInputStream in, int length) throws IOException {
        StreamId stream = new StreamId(in.readFixed64(), in.readFixed64());
        long epoch = in.readFixed64();
        long previous = in.readFixed64();
        long first = in.readFixed64();
        int rowCount = in.readUInt32();
        boolean dense = in.readBool();
        if (rowCount < 1 || first < 0 || (!dense && rowCount > length)) {
            throw new IOException("a stream has " + rowCount + " rows from " + first);
        }
        return new StreamRows(stream, epoch, previous, first, rowCount, dense ? null : later(in, rowCount));
    }

    private static int @Nullable [] later(CodedInputStream in, int rowCount) throws IOException {
        int[] later = new int[rowCount];
        for (int row = 1; row < rowCount; row++) {
            int step = in.readUInt32();
            later[row] = later[row - 1] + step;
            if (step < 1 || later[row] < 0) {
                throw new IOException("offsets of a stream do not rise");
            }
        }
        return later;
    }
}
