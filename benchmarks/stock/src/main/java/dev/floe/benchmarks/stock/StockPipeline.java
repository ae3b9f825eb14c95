package dev.floe.benchmarks.stock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.hadoop.fs.FileSystem;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

/**
 * Kafka JSON through Flink SQL to Iceberg, with the connectors as they come.
 *
 * <p>Arguments: brokers, topic, warehouse folder, {@code append} or {@code upsert}. Reads the topic from its start to
 * its end as of now, at parallelism 2 with a checkpoint every 5 s, and prints one line:
 * {@code stock mode=... rows=... seconds=... cpuSeconds=... peakMemoryMb=...}.
 */
public final class StockPipeline {
    private static final int BUCKETS = 4;
    private static final int PARALLELISM = 2;

    private StockPipeline() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            throw new IllegalArgumentException("arguments: BROKERS TOPIC WAREHOUSE append|upsert");
        }
        boolean upsert = args[3].equals("upsert");
        org.apache.hadoop.conf.Configuration hadoop = new org.apache.hadoop.conf.Configuration();
        FileSystem.getLocal(hadoop).setWriteChecksum(false);
        try (HadoopCatalog catalog = new HadoopCatalog(hadoop, args[2])) {
            TableIdentifier name = TableIdentifier.of(Namespace.of("bench"), "events");
            createTable(catalog, name, upsert);
            long started = System.nanoTime();
            run(args[0], args[1], args[2]);
            double seconds = (System.nanoTime() - started) / 1e9;
            Table table = catalog.loadTable(name);
            String rows = table.currentSnapshot().summary().getOrDefault("total-records", "0");
            System.out.printf(
                    Locale.ROOT,
                    "stock mode=%s rows=%s seconds=%.2f cpuSeconds=%.2f peakMemoryMb=%d%n",
                    args[3],
                    rows,
                    seconds,
                    cpuTime().toMillis() / 1e3,
                    peakMemoryMb());
        }
    }

    private static void createTable(HadoopCatalog catalog, TableIdentifier name, boolean upsert) {
        Schema schema = new Schema(
                List.of(
                        Types.NestedField.required(1, "tenant", Types.StringType.get()),
                        Types.NestedField.required(2, "entity_id", Types.LongType.get()),
                        Types.NestedField.required(3, "ts", Types.TimestampType.withoutZone()),
                        Types.NestedField.required(4, "event_type", Types.StringType.get()),
                        Types.NestedField.required(5, "country", Types.StringType.get()),
                        Types.NestedField.required(6, "amount", Types.DoubleType.get()),
                        Types.NestedField.required(7, "quantity", Types.IntegerType.get()),
                        Types.NestedField.required(8, "payload", Types.StringType.get())),
                java.util.Set.of(2));
        PartitionSpec spec = upsert
                ? PartitionSpec.builderFor(schema).bucket("entity_id", BUCKETS).build()
                : PartitionSpec.unpartitioned();
        catalog.createTable(
                name,
                schema,
                spec,
                Map.of(
                        "format-version", "2",
                        "write.upsert.enabled", Boolean.toString(upsert),
                        "write.parquet.compression-codec", "zstd"));
    }

    private static void run(String brokers, String topic, String warehouse) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
        environment.enableCheckpointing(Duration.ofSeconds(5).toMillis());
        StreamTableEnvironment sql = StreamTableEnvironment.create(environment);
        sql.executeSql(
                "CREATE TEMPORARY TABLE log (tenant STRING, entity_id BIGINT, ts TIMESTAMP(6), event_type STRING,"
                        + " country STRING, amount DOUBLE, quantity INT, payload STRING) WITH ('connector' = 'kafka',"
                        + " 'topic' = '" + topic + "', 'properties.bootstrap.servers' = '" + brokers + "',"
                        + " 'properties.group.id' = 'stock', 'scan.startup.mode' = 'earliest-offset',"
                        + " 'scan.bounded.mode' = 'latest-offset', 'format' = 'json',"
                        + " 'json.timestamp-format.standard' = 'ISO-8601')");
        sql.executeSql("CREATE CATALOG ice WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = '"
                + warehouse + "')");
        sql.executeSql("INSERT INTO ice.bench.events SELECT * FROM log").await();
    }

    private static Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long peakMemoryMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }
}
