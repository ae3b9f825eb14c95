package dev.floe.catalog.file;

import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file of S3 to read. */
record S3Input(String location, InputFile file) implements InputFile {
    @Override
    public long getLength() {
        return S3Files.checked(location, file::getLength);
    }

    @Override
    public SeekableInputStream newStream() {
        return new S3InputStream(location, S3Files.checked(location, file::newStream));
    }

    @Override
    public boolean exists() {
        return S3Files.checked(location, file::exists);
    }
}
