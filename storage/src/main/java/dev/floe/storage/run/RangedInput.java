package dev.floe.storage.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file whose store gives ranges, for parquet-java; each read is a request of just its bytes.
 *
 * <p>Single bytes are read at the file's end only, where the footer is: the end comes whole then, and what else is in
 * it costs no request. For one thread.
 */
final class RangedInput extends DelegatingSeekableInputStream {
    private static final int TAIL_BYTES = 16 << 10;

    private final SeekableInputStream in;
    private final long length;
    private long position;
    private byte @Nullable [] tail;

    /** {@code in} is RangeReadable, {@code length} the file's. */
    RangedInput(SeekableInputStream in, long length) {
        super(in);
        this.in = in;
        this.length = length;
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void seek(long to) {
        position = to;
    }

    @Override
    public int read() throws IOException {
        if (position >= length) {
            return -1;
        }
        byte[] one = new byte[1];
        if (tail == null && position >= tailStart()) {
            byte[] end = new byte[Math.toIntExact(length - tailStart())];
            FileRanges.read(in, tailStart(), end, 0, end.length);
            tail = end;
        }
        readFully(one, 0, 1);
        return one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int left = (int) Math.min(count, length - position);
        if (left <= 0) {
            return count == 0 ? 0 : -1;
        }
        readFully(bytes, offset, left);
        return left;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        byte[] bytes = new byte[buffer.remaining()];
        int count = read(bytes, 0, bytes.length);
        if (count > 0) {
            buffer.put(bytes, 0, count);
        }
        return count;
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
        readFully(bytes, 0, bytes.length);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int count) throws IOException {
        byte[] end = tail;
        if (end != null && position >= tailStart() && position + count <= length) {
            System.arraycopy(end, Math.toIntExact(position - tailStart()), bytes, offset, count);
        } else {
            FileRanges.read(in, position, bytes, offset, count);
        }
        position += count;
    }

    @Override
    public void readFully(ByteBuffer buffer) throws IOException {
        byte[] bytes = new byte[buffer.remaining()];
        readFully(bytes, 0, bytes.length);
        buffer.put(bytes);
    }

    private long tailStart() {
        return Math.max(0, length - TAIL_BYTES);
    }
}
