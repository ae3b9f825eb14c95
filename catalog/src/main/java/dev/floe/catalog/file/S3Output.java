package dev.floe.catalog.file;

import java.io.IOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A file of S3 to write. */
record S3Output(String location, OutputFile file) implements OutputFile {
    @Override
    public PositionOutputStream create() {
        return new Writing(location, S3Files.checked(location, file::create));
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return new Writing(location, S3Files.checked(location, file::createOrOverwrite));
    }

    @Override
    public InputFile toInputFile() {
        return new S3Input(location, file.toInputFile());
    }

    /** What is written; the file is there once it is closed. For one thread. */
    private static final class Writing extends PositionOutputStream {
        private final String location;
        private final PositionOutputStream out;

        private interface Write {
            void write() throws IOException;
        }

        Writing(String location, PositionOutputStream out) {
            this.location = location;
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public long storedLength() throws IOException {
            return out.storedLength();
        }

        @Override
        public void write(int value) {
            checked(() -> out.write(value));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            checked(() -> out.write(bytes, offset, length));
        }

        @Override
        public void flush() {
            checked(out::flush);
        }

        @Override
        public void close() {
            checked(out::close);
        }

        private void checked(Write write) {
            try {
                write.write();
            } catch (IOException | RuntimeException e) {
                throw S3Errors.translate(location, e);
            }
        }
    }
}
