package dev.floe.sql.duckdb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Files in memory that take as long, and fail, as a test wants. */
final class DistantFiles implements FileIO {
    private final transient Map<String, byte[]> contents = new ConcurrentHashMap<>();
    final transient AtomicInteger opened = new AtomicInteger();
    final transient AtomicInteger open = new AtomicInteger();
    final transient AtomicInteger openMost = new AtomicInteger();
    /** Each file's second half waits for it. */
    transient CountDownLatch gate = new CountDownLatch(0);

    /** Runs when all of a file was read. */
    transient Runnable atEnd = () -> {};

    volatile boolean broken;

    void put(String location, int bytes) {
        contents.put(location, new byte[bytes]);
    }

    @Override
    public InputFile newInputFile(String location) {
        byte[] bytes = Objects.requireNonNull(contents.get(location), location);
        return new InputFile() {
            @Override
            public long getLength() {
                return bytes.length;
            }

            @Override
            public SeekableInputStream newStream() {
                opened.incrementAndGet();
                openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
                return new Halves(bytes);
            }

            @Override
            public String location() {
                return location;
            }

            @Override
            public boolean exists() {
                return true;
            }
        };
    }

    @Override
    public OutputFile newOutputFile(String location) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteFile(String location) {
        contents.remove(location);
    }

    private final class Halves extends SeekableInputStream {
        private final InputStream in;
        private final int half;
        private long position;

        Halves(byte[] bytes) {
            this.in = new ByteArrayInputStream(bytes);
            this.half = bytes.length / 2;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (position >= half) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                if (broken) {
                    throw new IOException("the line is dead");
                }
            }
            int count = in.read(bytes, offset, position < half ? Math.min(length, half) : length);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public void close() {
            open.decrementAndGet();
            atEnd.run();
        }
    }
}
