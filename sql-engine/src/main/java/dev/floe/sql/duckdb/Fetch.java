package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SeekableInputStream;

/** Copies one file to a path, in one piece; {@link #giveUp} ends it from any thread. */
final class Fetch {
    private static final int PART_BYTES = 256 << 10;

    private final FileIO io;
    private final String location;
    private final long bytes;
    private final Path path;
    private volatile boolean over;

    /** {@code bytes} are those that the file has by its table. */
    Fetch(FileIO io, String location, long bytes, Path path) {
        this.io = io;
        this.location = location;
        this.bytes = bytes;
        this.path = path;
    }

    String location() {
        return location;
    }

    long bytes() {
        return bytes;
    }

    Path path() {
        return path;
    }

    void giveUp() {
        over = true;
    }

    /** Where it throws, a part of the file may be at the path. Throws DATA_UNREADABLE, STORAGE_UNAVAILABLE. */
    void run() {
        requireWanted();
        try (SeekableInputStream in = io.newInputFile(location, bytes).newStream();
                OutputStream out =
                        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] part = new byte[PART_BYTES];
            long done = 0;
            int count = in.read(part, 0, part.length);
            while (count >= 0) {
                requireWanted();
                done += count;
                if (done > bytes) {
                    break;
                }
                out.write(part, 0, count);
                count = in.read(part, 0, part.length);
            }
            if (done != bytes) {
                throw new FloeException(
                        ErrorCode.DATA_UNREADABLE,
                        "the data file " + PlacedFile.name(location) + " has " + (done > bytes ? "more than " : "only ")
                                + Math.min(done, bytes) + " of " + bytes + " bytes");
            }
        } catch (NotFoundException e) {
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "can't read the data file " + PlacedFile.name(location), e);
        } catch (IOException e) {
            throw new FloeException(
                            ErrorCode.STORAGE_UNAVAILABLE,
                            "can't copy the data file " + PlacedFile.name(location) + " to " + path.getParent() + ": "
                                    + e.getMessage(),
                            e)
                    .advise("make room on the disk of sql.scan-folder, or lower sql.file-cache-bytes-max");
        }
    }

    private void requireWanted() {
        if (over) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "nobody waits for the file any more");
        }
    }
}
