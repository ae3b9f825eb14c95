package dev.floe.catalog.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file to read; {@code length} is -1 until it is known. */
record LocalInputFile(String location, Path path, long length) implements InputFile {
    @Override
    public long getLength() {
        if (length >= 0) {
            return length;
        }
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "No such file: %s", location);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the size of " + location, e);
        }
    }

    @Override
    public SeekableInputStream newStream() {
        try {
            return LocalInputStream.open(path);
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "No such file: %s", location);
        } catch (IOException e) {
            throw new UncheckedIOException("can't open " + location, e);
        }
    }

    @Override
    public boolean exists() {
        return Files.exists(path);
    }
}
