package dev.floe.catalog.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** Reads a file by position through a small buffer; for one thread. */
final class LocalInputStream extends SeekableInputStream implements RangeReadable {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long bufferStart;

    private LocalInputStream(FileChannel channel) {
        this.channel = channel;
    }

    static LocalInputStream open(Path path) throws IOException {
        return new LocalInputStream(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public long getPos() {
        return bufferStart + buffer.position();
    }

    @Override
    public void seek(long position) throws IOException {
        if (position < 0) {
            throw new IOException("can't seek to " + position);
        }
        long inBuffer = position - bufferStart;
        if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
            buffer.position((int) inBuffer);
            return;
        }
        bufferStart = position;
        buffer.position(0).limit(0);
    }

    @Override
    public int read() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!buffer.hasRemaining()) {
            if (length >= BUFFER_BYTES) {
                return readPastBuffer(target, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, channel.size() - getPos()));
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = Math.max(0, Math.min(count, channel.size() - getPos()));
        seek(getPos() + skipped);
        return skipped;
    }

    @Override
    public void readFully(long position, byte[] target, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(target, offset, length);
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException("the file ends " + into.remaining() + " bytes early");
            }
            at += count;
        }
    }

    @Override
    public int readTail(byte[] target, int offset, int length) throws IOException {
        int count = (int) Math.min(length, channel.size());
        readFully(channel.size() - count, target, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private int readPastBuffer(byte[] target, int offset, int length) throws IOException {
        long position = getPos();
        int count = channel.read(ByteBuffer.wrap(target, offset, length), position);
        if (count > 0) {
            seek(position + count);
        }
        return count;
    }

    private boolean fill() throws IOException {
        long position = getPos();
        buffer.clear();
        int count = channel.read(buffer, position);
        bufferStart = position;
        buffer.position(0).limit(Math.max(0, count));
        return count > 0;
    }
}
