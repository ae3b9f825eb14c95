package dev.floe.storage.sidecar;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Files;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Files of a local disk as they are, without checksums of their own. */
public final class LocalFiles implements SupportsPrefixOperations {
    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public InputFile newInputFile(String location) {
        return Files.localInput(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return Files.localOutput(location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            java.nio.file.Files.delete(Path.of(location));
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "No such file: %s", location);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        List<FileInfo> found = new ArrayList<>();
        try (Stream<Path> files = java.nio.file.Files.walk(Path.of(prefix))) {
            for (Path file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
                found.add(new FileInfo(
                        file.toString(),
                        java.nio.file.Files.size(file),
                        java.nio.file.Files.getLastModifiedTime(file).toMillis()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    @Override
    public void deletePrefix(String prefix) {
        listPrefix(prefix).forEach(file -> deleteFile(file.location()));
    }
}
