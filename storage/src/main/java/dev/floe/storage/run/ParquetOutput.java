package dev.floe.storage.run;

import java.io.IOException;
import org.apache.iceberg.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** Iceberg's output file as parquet-java's, which remembers how long the file became. */
final class ParquetOutput implements org.apache.parquet.io.OutputFile, AutoCloseable {
    private final OutputFile file;
    private @Nullable Stream stream;
    private long length;

    ParquetOutput(OutputFile file) {
        this.file = file;
    }

    /** Bytes written by the time the stream was closed. */
    long length() {
        return length;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return opened(new Stream(file.create()));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return opened(new Stream(file.createOrOverwrite()));
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    @Override
    public String getPath() {
        return file.location();
    }

    /** Closes the stream, which parquet-java leaves open where writing failed. */
    @Override
    public void close() throws IOException {
        if (stream != null) {
            stream.close();
        }
    }

    private Stream opened(Stream opened) {
        stream = opened;
        return opened;
    }

    private final class Stream extends PositionOutputStream {
        private final org.apache.iceberg.io.PositionOutputStream out;
        private boolean closed;

        Stream(org.apache.iceberg.io.PositionOutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int start, int count) throws IOException {
            out.write(bytes, start, count);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            length = out.getPos();
            out.close();
        }
    }
}
