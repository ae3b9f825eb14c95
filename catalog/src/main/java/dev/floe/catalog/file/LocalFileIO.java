package dev.floe.catalog.file;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files under one local folder, durable once closed and without Hadoop's {@code .crc} companions.
 *
 * <p>Locations are absolute paths, with or without {@code file:}; one outside the folder is refused with a {@link
 * ValidationException}. Symbolic links are followed: who can make one below the folder can already write there. A
 * file appears under its name when it is created, so names must be unique and readers learn them from a commit.
 */
public final class LocalFileIO implements SupportsPrefixOperations {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String SCHEME = "file:";

    private final String root;

    public LocalFileIO(Path root) {
        this.root = root.toAbsolutePath().normalize().toString();
    }

    @Override
    public InputFile newInputFile(String location) {
        return new LocalInputFile(location, confined(location), -1);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return new LocalInputFile(location, confined(location), length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocalOutputFile(location, confined(location));
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.delete(confined(location));
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "No such file: %s", location);
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + location, e);
        }
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        return files(confined(prefix));
    }

    /** Deletes a folder with all below it, or a file. */
    @Override
    public void deletePrefix(String prefix) {
        Path folder = confined(prefix);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + prefix, e);
        }
    }

    private Path confined(String location) {
        Path path = Path.of(withoutScheme(location)).normalize();
        if (!path.isAbsolute() || !path.startsWith(root)) {
            throw new ValidationException("%s is outside the warehouse", location);
        }
        return path;
    }

    private static String withoutScheme(String location) {
        if (!location.startsWith(SCHEME)) {
            return location;
        }
        String rest = location.substring(SCHEME.length());
        return rest.startsWith("//") ? rest.substring(2) : rest;
    }

    private static List<FileInfo> files(Path folder) {
        List<FileInfo> files = new ArrayList<>();
        if (!Files.exists(folder)) {
            return files;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(new FileInfo(
                            file.toString(),
                            attributes.size(),
                            attributes.lastModifiedTime().toMillis()));
                    return FileVisitResult.CONTINUE;
                }

                // a file may go away while the folder is listed
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("can't list " + folder, e);
        }
    }
}
