package dev.floe.it.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code ./floe demo} in a folder of its own, then reads the folder's tables with Spark and Iceberg's runtime.
 *
 * <p>Neither engine that is compared here shares code with Floe's writer: Spark reads the table, DuckDB computes from
 * the Parquet file that the demo sent what the table has to hold.
 */
class SparkReadsRoutesTest {
    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
    private static final int DEMO_FLIGHTS = 500_000;

    @TempDir
    Path folder = Path.of("");

    @Test
    void readsTheSameRoutesAsDuckDbComputesFromTheSource() throws Exception {
        Path data = folder.resolve("data");
        runDemo(data);

        try (SparkSession spark = session(data)) {
            List<String> read = new ArrayList<>();
            for (Row row : spark.sql("SELECT origin, destination, date_format(date, 'yyyy-MM-dd HH:mm:ss'),"
                            + " delay, distance FROM floe.default.routes ORDER BY 1, 2")
                    .collectAsList()) {
                read.add(row.mkString("|"));
            }
            assertThat(read).isEqualTo(latestOfEachRoute());
            assertThat(spark.sql("SELECT * FROM floe.default.flights").count()).isEqualTo(DEMO_FLIGHTS);
            assertThat(spark.sql("SELECT * FROM floe.default.routes.all_delete_files WHERE content = 2")
                            .count())
                    .as("equality deletes")
                    .isZero();
            assertThat(spark.sql("SELECT * FROM floe.default.routes.snapshots WHERE summary['floe.offsets'] IS NULL")
                            .count())
                    .as("snapshots without bucket offsets")
                    .isZero();
        }
    }

    private static void runDemo(Path data) throws Exception {
        Process demo = new ProcessBuilder(HOME.resolve("floe").toString(), "demo", "--data-folder", data.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File("target/demo.log"))
                .start();
        assertThat(demo.waitFor())
                .as("exit code of ./floe demo; see target/demo.log")
                .isZero();
    }

    private static SparkSession session(Path data) {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.catalog.floe", "org.apache.iceberg.spark.SparkCatalog")
                .config("spark.sql.catalog.floe.type", "jdbc")
                .config("spark.sql.catalog.floe.uri", "jdbc:sqlite:" + data.resolve("catalog.db"))
                .config(
                        "spark.sql.catalog.floe.warehouse",
                        data.resolve("warehouse").toString())
                .getOrCreate();
    }

    private static List<String> latestOfEachRoute() throws Exception {
        Path source = HOME.resolve("data/flights-500k.parquet");
        List<String> rows = new ArrayList<>();
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT origin, destination, strftime(date, '%Y-%m-%d %H:%M:%S'), delay, distance FROM"
                                + " (SELECT *, row_number() OVER (PARTITION BY origin, destination"
                                + " ORDER BY file_row_number DESC) AS age"
                                + " FROM read_parquet('" + source + "', file_row_number = true))"
                                + " WHERE age = 1 ORDER BY 1, 2")) {
            while (found.next()) {
                rows.add(String.join(
                        "|",
                        found.getString(1),
                        found.getString(2),
                        found.getString(3),
                        found.getString(4),
                        found.getString(5)));
            }
        }
        return rows;
    }
}
