package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;

/**
 * Writes rows of one partition into data files: Parquet, zstd, page indexes, straight from vectors.
 *
 * <p>Rows keep their order, through the slices and from file to file, so that a row's position in its file follows
 * from counting. A failed write leaves a file that no snapshot names.
 */
public final class RunWriter {
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
     * Writes the slices' rows into one file, or more where it grows full.
     *
     * @param rowBytes about how many bytes a row has
     */
    public List<DataFile> write(List<RowSlice> slices, StructLike partition, int rowBytes) {
        List<DataFile> files = new ArrayList<>();
        try {
            int slice = 0;
            int row = 0;
            while (slice < slices.size()) {
                try (RunFile file = open(partition)) {
                    while (slice < slices.size()) {
                        RowSlice rows = slices.get(slice);
                        row = file.write(rows, row, rows.size(), rowBytes);
                        if (row < rows.size()) {
                            break;
                        }
                        slice++;
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

    private RunFile open(StructLike partition) throws IOException {
        String name = fileNames.get();
        String location = spec.isUnpartitioned()
                ? table.locationProvider().newDataLocation(name)
                : table.locationProvider().newDataLocation(spec, partition, name);
        return new RunFile(schema, settings, table.io().newOutputFile(location));
    }
}
