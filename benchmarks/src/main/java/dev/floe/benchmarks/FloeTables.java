package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** A standalone's tables as Iceberg's own catalog client sees them, without asking the server. */
final class FloeTables {
    private FloeTables() {}

    /** Reads a table of the default tenant. */
    static <T> T read(Path data, String table, Function<Table, T> reading) throws IOException {
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize(
                    "floe",
                    Map.of(
                            "uri",
                            "jdbc:sqlite:" + data.resolve("catalog.db"),
                            "warehouse",
                            data.resolve("warehouse").toString(),
                            "io-impl",
                            "org.apache.iceberg.hadoop.HadoopFileIO"));
            return reading.apply(catalog.loadTable(TableIdentifier.of("default", table)));
        }
    }

    /** Rows of an append table in its newest snapshot. */
    static long committedRows(Path data, String table) throws IOException {
        return read(data, table, loaded -> {
            Snapshot newest = loaded.currentSnapshot();
            return newest == null ? 0L : Long.parseLong(newest.summary().getOrDefault("total-records", "0"));
        });
    }
}
