package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one partition into data files: Parquet, zstd, page indexes, straight from vectors.
 *
 * <p>Rows keep their order, through the slices and from file to file, so that a row's position in its file follows
 * from counting. A failed write leaves a file that no snapshot names.
 */
public final class RunWriter {
    /** File systems take names of 255 bytes, S3 keys of 1,024; Iceberg writes values in ASCII. */
    private static final int FOLDER_NAME_MAX = 200;

    private static final int PARTITION_PATH_MAX = 400;

    private final Table table;
    private final PartitionSpec spec;
    private final Schema schema;
    private final RunSettings settings;
    private final Supplier<String> fileNames;

    /**
     * Writes files of the table's data location.
     *
     * @param schema the schema the files get, to which every slice's rows are widened
     * @param fileNames gives each new file its name
     */
    public RunWriter(Table table, PartitionSpec spec, Schema schema, RunSettings settings, Supplier<String> fileNames) {
        this.table = table;
        this.spec = spec;
        this.schema = schema;
        this.settings = settings;
        this.fileNames = fileNames;
    }

    /**
     * Writes the slices' rows into one file, or more where it grows full; asks for a slice when it has written the one
     * before.
     *
     * @param rowBytes about how many bytes a row has
     */
    public List<DataFile> write(Iterable<RowSlice> slices, StructLike partition, int rowBytes) {
        List<DataFile> files = new ArrayList<>();
        Iterator<RowSlice> rest = slices.iterator();
        RowSlice rows = nextWithRows(rest);
        int row = 0;
        try {
            while (rows != null) {
                try (RunFile file = open(partition)) {
                    while (rows != null) {
                        row = file.write(rows, row, rows.size(), rowBytes);
                        if (row < rows.size()) {
                            break;
                        }
                        rows = nextWithRows(rest);
                        row = 0;
                    }
                    files.add(file.finish(spec, partition, MetricsConfig.forTable(table)));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new FloeException(ErrorCode.STORAGE_UNAVAILABLE, "writing a data file failed: " + e.getMessage(), e);
        }
        return files;
    }

    private static @Nullable RowSlice nextWithRows(Iterator<RowSlice> slices) {
        while (slices.hasNext()) {
            RowSlice slice = slices.next();
            if (slice.size() > 0) {
                return slice;
            }
        }
        return null;
    }

    /** Manifests tell a file's partition; its folder is for people, and left out where storage takes no such name. */
    private boolean hasFolder(StructLike partition) {
        if (spec.isUnpartitioned()) {
            return false;
        }
        String path = spec.partitionToPath(partition);
        return path.length() <= PARTITION_PATH_MAX
                && Arrays.stream(path.split("/")).allMatch(folder -> folder.length() <= FOLDER_NAME_MAX);
    }

    private RunFile open(StructLike partition) throws IOException {
        String name = fileNames.get();
        String location = hasFolder(partition)
                ? table.locationProvider().newDataLocation(spec, partition, name)
                : table.locationProvider().newDataLocation(name);
        return new RunFile(schema, settings, table.io().newOutputFile(location));
    }
}
