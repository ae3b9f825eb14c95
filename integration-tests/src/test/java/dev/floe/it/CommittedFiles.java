package dev.floe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** The data files of a table's newest snapshot, as Iceberg's own catalog has them. */
public final class CommittedFiles {
    private CommittedFiles() {}

    /** Paths of the files of a table of the default tenant; {@code data} is the installation's folder. */
    public static List<String> of(Path data, String table) {
        List<String> files = new ArrayList<>();
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize(
                    "floe",
                    Map.of(
                            "uri",
                            "jdbc:sqlite:" + data.resolve("catalog.db") + "?busy_timeout=10000",
                            "warehouse",
                            data.resolve("warehouse").toString(),
                            "io-impl",
                            "org.apache.iceberg.hadoop.HadoopFileIO"));
            try (CloseableIterable<FileScanTask> tasks = catalog.loadTable(TableIdentifier.of("default", table))
                    .newScan()
                    .planFiles()) {
                tasks.forEach(task -> files.add(task.file().location()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }
}
