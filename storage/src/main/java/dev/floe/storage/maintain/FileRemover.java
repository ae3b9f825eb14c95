package dev.floe.storage.maintain;

import dev.floe.storage.sidecar.SidecarName;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files of a table and counts them; of a data file its sidecar goes before it.
 *
 * <p>A file that can't be removed is counted and left: nothing names it any more, so that it goes as an orphan later.
 * A dry one only counts. For one thread.
 */
final class FileRemover implements Consumer<String> {
    private static final Logger LOG = LoggerFactory.getLogger(FileRemover.class);

    private final FileIO io;
    private final boolean dry;
    private final Consumer<String> delete;
    private long files;
    private long bytes;
    private long failures;

    FileRemover(FileIO io, boolean dry) {
        this.io = io;
        this.dry = dry;
        this.delete = SidecarName.deleteWith(io);
    }

    @Override
    public void accept(String location) {
        String sidecar = SidecarName.of(location);
        boolean hasSidecar = SidecarName.dataFile(sidecar).isPresent();
        long sidecarBytes = hasSidecar ? length(sidecar) : -1;
        long length = length(location);
        try {
            if (!dry) {
                delete.accept(location);
            }
        } catch (RuntimeException e) {
            failures++;
            if (failures == 1) {
                LOG.warn("a file can't be removed, it is left for later: {}", location, e);
            }
            return;
        }
        count(sidecarBytes);
        count(length);
    }

    long files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    long failures() {
        return failures;
    }

    private void count(long length) {
        if (length >= 0) {
            files++;
            bytes += length;
        }
    }

    /** The file's length, -1 where there is none, 0 where it can't be told. */
    private long length(String location) {
        try {
            InputFile file = io.newInputFile(location);
            return file.exists() ? file.getLength() : -1;
        } catch (NotFoundException e) {
            return -1;
        } catch (RuntimeException e) {
            return 0;
        }
    }
}
