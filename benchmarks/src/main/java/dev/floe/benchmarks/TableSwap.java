package dev.floe.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Makes a table pass for another, as one that something else dropped and created again does. */
final class TableSwap {
    private static final String TABLE_ID = "floe.table-id";

    private TableSwap() {}

    /** From now on no commit to the table is accepted. */
    static void swap(Path data, String table) {
        mend(data, table, "00000000-0000-0000-0000-000000000000");
    }

    static void mend(Path data, String table, String tableId) {
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize(
                    "floe",
                    Map.of(
                            "uri",
                            "jdbc:sqlite:" + data.resolve("catalog.db") + "?busy_timeout=30000",
                            "warehouse",
                            data.resolve("warehouse").toString(),
                            "io-impl",
                            "org.apache.iceberg.hadoop.HadoopFileIO"));
            catalog.loadTable(TableIdentifier.of("default", table))
                    .updateProperties()
                    .set(TABLE_ID, tableId)
                    .commit();
        }
    }
}
