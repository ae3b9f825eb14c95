package dev.floe.benchmarks.paimon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Kafka JSON through Flink SQL to Paimon, with the connectors as they come.
 *
 * <p>Arguments: brokers, topic, warehouse folder, {@code append}, {@code upsert} or {@code vectors}, seconds between
 * checkpoints (0: one commit at the end), the columns as SQL, the key column. Reads the topic from its start to its end
 * as of now, at parallelism 2, and prints two lines: {@code paimon mode=... rows=... seconds=... cpuSeconds=...
 * peakMemoryMb=...} and {@code files=... stored=... bytes=... format=...}. Rows are those that Paimon's own reader
 * finds afterwards, which is in no figure; stored are the rows in the data files, replaced ones among them.
 */
public final class PaimonPipeline {
    private static final int PARALLELISM = 2;

    private PaimonPipeline() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 7) {
            throw new IllegalArgumentException(
                    "arguments: BROKERS TOPIC WAREHOUSE append|upsert|vectors CHECKPOINT_SECONDS COLUMNS KEY");
        }
        Path warehouse = Path.of(args[2]);
        StreamTableEnvironment sql = environment(Duration.ofSeconds(Long.parseLong(args[4])));
        createTables(sql, args[0], args[1], warehouse, args[5], options(args[3], args[6]));
        long started = System.nanoTime();
        sql.executeSql("INSERT INTO pai.bench.events SELECT * FROM log").await();
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpuSeconds = cpuTime().toMillis() / 1e3;
        long peakMemoryMb = peakMemoryMb();
        PaimonTable table = PaimonTable.open(warehouse, "bench", "events");
        System.out.printf(
                Locale.ROOT,
                "paimon mode=%s rows=%d seconds=%.2f cpuSeconds=%.2f peakMemoryMb=%d%n",
                args[3],
                table.liveRows(args[6]),
                seconds,
                cpuSeconds,
                peakMemoryMb);
        PaimonTable.Stored stored = table.stored();
        System.out.printf(
                Locale.ROOT,
                "files=%d stored=%d bytes=%d format=%s%n",
                stored.files(),
                stored.rows(),
                stored.bytes(),
                stored.format());
    }

    /** A table without a key, or one with a key whose buckets are as many as there are writers. */
    private static String options(String mode, String key) {
        return switch (mode) {
            case "append" -> ")";
            case "upsert" -> ", PRIMARY KEY (`" + key + "`) NOT ENFORCED) WITH ('bucket' = '" + PARALLELISM + "')";
            case "vectors" ->
                ", PRIMARY KEY (`" + key + "`) NOT ENFORCED) WITH ('bucket' = '" + PARALLELISM
                        + "', 'deletion-vectors.enabled' = 'true')";
            default -> throw new IllegalArgumentException("mode " + mode + " is not append, upsert or vectors");
        };
    }

    private static StreamTableEnvironment environment(Duration betweenCheckpoints) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
        if (!betweenCheckpoints.isZero()) {
            environment.enableCheckpointing(betweenCheckpoints.toMillis());
        }
        return StreamTableEnvironment.create(environment);
    }

    private static void createTables(
            StreamTableEnvironment sql, String brokers, String topic, Path warehouse, String columns, String options) {
        sql.executeSql("CREATE TEMPORARY TABLE log (" + columns + ") WITH ('connector' = 'kafka',"
                + " 'topic' = '" + topic + "', 'properties.bootstrap.servers' = '" + brokers + "',"
                + " 'properties.group.id' = 'paimon', 'scan.startup.mode' = 'earliest-offset',"
                + " 'scan.bounded.mode' = 'latest-offset', 'format' = 'json',"
                + " 'json.timestamp-format.standard' = 'ISO-8601')");
        sql.executeSql("CREATE CATALOG pai WITH ('type' = 'paimon', 'warehouse' = '" + warehouse.toUri() + "')");
        sql.executeSql("CREATE DATABASE pai.bench");
        sql.executeSql("CREATE TABLE pai.bench.events (" + columns + options);
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
