package dev.floe.catalog.file;

import java.io.IOException;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A file of S3 that is read; for one thread.
 *
 * <p>Bytes in their order are one request from where it was sought to. {@link #readFully} is a request of its own, of
 * just its bytes.
 */
final class S3InputStream extends SeekableInputStream implements RangeReadable {
    private final String location;
    private final SeekableInputStream in;

    private interface Read<T> {
        T read() throws IOException;
    }

    S3InputStream(String location, SeekableInputStream in) {
        this.location = location;
        this.in = in;
    }

    @Override
    public long getPos() throws IOException {
        return in.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
        in.seek(position);
    }

    @Override
    public int read() {
        return checked(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        return checked(() -> in.read(bytes, offset, length));
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        checked(() -> {
            if (in instanceof RangeReadable ranges) {
                ranges.readFully(position, bytes, offset, length);
            } else {
                in.seek(position);
                IOUtil.readFully(in, bytes, offset, length);
            }
            return length;
        });
    }

    @Override
    public int readTail(byte[] bytes, int offset, int length) {
        return checked(() -> ((RangeReadable) in).readTail(bytes, offset, length));
    }

    @Override
    public void close() {
        checked(() -> {
            in.close();
            return true;
        });
    }

    private <T> T checked(Read<T> read) {
        try {
            return read.read();
        } catch (IOException | RuntimeException e) {
            throw S3Errors.translate(location, e);
        }
    }
}
