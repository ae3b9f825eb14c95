package dev.floe.storage.sidecar;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/** Where the sidecar of a data file is: beside it, under its name with {@code .keys.puffin} at the end. */
public final class SidecarName {
    private static final String DATA_SUFFIX = ".parquet";
    private static final String SUFFIX = ".keys.puffin";

    private SidecarName() {}

    /** The sidecar's location, whether there is one or not. */
    public static String of(String dataFile) {
        return dataFile + SUFFIX;
    }

    /** The data file that a location is the sidecar of; empty where it is none. */
    public static Optional<String> dataFile(String location) {
        return location.endsWith(DATA_SUFFIX + SUFFIX)
                ? Optional.of(location.substring(0, location.length() - SUFFIX.length()))
                : Optional.empty();
    }

    /**
     * Deletes files, and of data files their sidecars before them.
     *
     * <p>The data file goes last: who finds it still there also finds what belongs to it. A file that is gone already
     * is as it should be.
     */
    public static Consumer<String> deleteWith(FileIO io) {
        return location -> {
            if (location.endsWith(DATA_SUFFIX)) {
                delete(io, of(location));
            }
            delete(io, location);
        };
    }

    private static void delete(FileIO io, String location) {
        try {
            io.deleteFile(location);
        } catch (NotFoundException e) {
            // gone already
        }
    }
}
