package dev.floe.storage.sidecar;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files of a local disk as they are, without checksums of their own. */
public final class LocalFiles implements FileIO {
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
