package dev.floe.storage.sidecar;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/**
 * Where the sidecars of a data file are: beside it, under its name with {@code .keys.puffin} at the end for its keys,
 * and {@code .index-3-7.puffin} for a secondary index of the fields 3 and 7.
 */
public final class SidecarName {
    private static final String DATA_SUFFIX = ".parquet";
    private static final String KEYS_SUFFIX = ".keys.puffin";
    private static final String INDEX_START = ".index-";
    private static final String PUFFIN = ".puffin";
    private static final Pattern SIDECAR =
            Pattern.compile("(.*\\.parquet)\\.(?:keys|index-([0-9]+(?:-[0-9]+)*))\\.puffin");

    private SidecarName() {}

    /** The location of the keys' sidecar, whether there is one or not. */
    public static String of(String dataFile) {
        return dataFile + KEYS_SUFFIX;
    }

    /** The location of a secondary index's sidecar, whether there is one or not. */
    public static String of(String dataFile, IndexFields fields) {
        return dataFile + INDEX_START + fields.text() + PUFFIN;
    }

    /** The data file that a location is a sidecar of; empty where it is none. */
    public static Optional<String> dataFile(String location) {
        Matcher name = SIDECAR.matcher(location);
        return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }

    /** The secondary index that a location is a sidecar of; empty where it is none. */
    public static Optional<IndexFields> index(String location) {
        Matcher name = SIDECAR.matcher(location);
        return name.matches() && name.group(2) != null
                ? Optional.of(IndexFields.parse(name.group(2)))
                : Optional.empty();
    }

    /** As {@link #deleteWith(FileIO, Collection)}, for a table without secondary indexes. */
    public static Consumer<String> deleteWith(FileIO io) {
        return deleteWith(io, List.of());
    }

    /**
     * Deletes files, and of data files their sidecars before them.
     *
     * <p>The data file goes last: who finds it still there also finds what belongs to it. A file that is gone already
     * is as it should be.
     *
     * @param indexes those that the table has
     */
    public static Consumer<String> deleteWith(FileIO io, Collection<IndexFields> indexes) {
        List<IndexFields> all = List.copyOf(indexes);
        return location -> {
            if (location.endsWith(DATA_SUFFIX)) {
                delete(io, of(location));
                all.forEach(fields -> delete(io, of(location, fields)));
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
