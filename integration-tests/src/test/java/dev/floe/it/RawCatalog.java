package dev.floe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/** The Iceberg catalog of an installation as another engine has it: nothing of Floe's is in between. */
public final class RawCatalog {
    private static final int ROLLED_BACK_MAX = 6;
    private static final int ATTEMPTS_MAX = 50;

    private RawCatalog() {}

    public static <T> T with(Path data, Function<JdbcCatalog, T> work) {
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
            return work.apply(catalog);
        }
    }

    public static TableIdentifier name(String table) {
        return TableIdentifier.of("default", table);
    }

    /** Paths of the data files of a table's newest snapshot. */
    public static List<String> files(Path data, String table) {
        return with(data, catalog -> {
            List<String> files = new ArrayList<>();
            try (CloseableIterable<FileScanTask> tasks =
                    catalog.loadTable(name(table)).newScan().planFiles()) {
                tasks.forEach(task -> files.add(task.file().location()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return files;
        });
    }

    /** Sets a table back by some snapshots; false where it has too few. */
    public static boolean rollBack(Path data, String name, SplittableRandom random) {
        return with(data, catalog -> {
            for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
                Table table = catalog.loadTable(name(name));
                List<Snapshot> ancestors = new ArrayList<>();
                SnapshotUtil.currentAncestors(table).forEach(ancestors::add);
                if (ancestors.size() < 2) {
                    return false;
                }
                int back = 1 + random.nextInt(Math.min(ROLLED_BACK_MAX, ancestors.size() - 1));
                try {
                    table.manageSnapshots()
                            .rollbackTo(ancestors.get(back).snapshotId())
                            .commit();
                    return true;
                } catch (CommitFailedException e) {
                    // the job commits all the while
                }
            }
            return false;
        });
    }

    /** Drops a table and makes another of its name; returns the metadata of the one that was. */
    public static String swap(Path data, String name) {
        return with(data, catalog -> {
            BaseTable table = (BaseTable) catalog.loadTable(name(name));
            String metadata = table.operations().current().metadataFileLocation();
            catalog.dropTable(name(name), false);
            catalog.buildTable(name(name), new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())))
                    .withProperty("format-version", "3")
                    .create();
            return metadata;
        });
    }

    /** Puts the table back that {@link #swap} took away. */
    public static void swapBack(Path data, String name, String metadata) {
        with(data, catalog -> {
            catalog.dropTable(name(name), false);
            return catalog.registerTable(name(name), metadata);
        });
    }
}
