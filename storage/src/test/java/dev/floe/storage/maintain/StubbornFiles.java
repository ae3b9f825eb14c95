package dev.floe.storage.maintain;

import dev.floe.storage.sidecar.LocalFiles;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Local files, some of which can't be deleted. */
final class StubbornFiles implements SupportsPrefixOperations {
    @Serial
    private static final long serialVersionUID = 1;

    private final LocalFiles files = new LocalFiles();
    private final transient Set<String> undeletable;

    StubbornFiles(Set<String> undeletable) {
        this.undeletable = undeletable;
    }

    @Override
    public InputFile newInputFile(String location) {
        return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        if (undeletable.contains(location)) {
            throw new UncheckedIOException(new IOException("the disk is away"));
        }
        files.deleteFile(location);
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        return files.listPrefix(prefix);
    }

    @Override
    public void deletePrefix(String prefix) {
        files.deletePrefix(prefix);
    }
}
