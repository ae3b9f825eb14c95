package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.Column;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import dev.floe.storage.sidecar.SidecarName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;

/**
 * Bytes a row of what Floe leaves on disk, beside the JSON and the Arrow stream that the rows would come in as, and
 * beside files of Iceberg's own writer and of Paimon for the same rows.
 *
 * <p>Arguments: rows of workload E (5,000,000), rows a batch (10,000). The flights are those of {@code data/}. Rows go
 * through a standalone into append tables; files are those of the newest snapshot once all rows are in it. Paimon takes
 * the rows as JSON from a topic, into a table without a key and, for workload E, into one with its key, and commits
 * once, at the end; it runs where it is built.
 */
public final class StorageFigures {
    private final FloeProcess floe;
    private final FloeClient client;
    private final Path folder;
    private final int batchRows;
    private final PaimonProcess paimon;

    private StorageFigures(FloeProcess floe, FloeClient client, Path folder, int batchRows, PaimonProcess paimon) {
        this.floe = floe;
        this.client = client;
        this.folder = folder;
        this.batchRows = batchRows;
        this.paimon = paimon;
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 5_000_000;
        int batchRows = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        Path folder = Files.createTempDirectory("floe-benchmark-");
        try (FloeProcess floe = FloeProcess.start(home, folder.resolve("floe"));
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            StorageFigures figures = new StorageFigures(
                    floe, client, folder, batchRows, new PaimonProcess(home, folder, floe.brokers()));
            figures.measure("events", new EventRows(rows), List.of("entity_id"));
            figures.measure("flights", FlightRows.read(home.resolve("data/flights-500k.parquet")), List.of());
        }
    }

    private void measure(String table, SampleRows rows, List<String> key) throws IOException, InterruptedException {
        client.catalog().createTable("", rows.table(table), false);
        send(table, rows);
        double count = rows.count();
        double json = json(rows) / count;
        double arrow = SampleArrow.bytes(rows, batchRows) / count;
        Sizes floeFiles = FloeTables.read(floe.dataFolder(), table, StorageFigures::sizes);
        double iceberg = icebergFile(table, rows) / count;
        System.out.printf(Locale.ROOT, "%n%s: %,d rows%n", table, rows.count());
        line("JSON, a row a line", json, json);
        line("Arrow IPC, uncompressed", arrow, json);
        line("Floe, " + floeFiles.files + " data files", floeFiles.data / count, json);
        line("Floe, index sidecars", floeFiles.sidecars / count, json);
        line("Floe, deletion vectors", floeFiles.deletes / count, json);
        line("Iceberg's generic writer, zstd", iceberg, json);
        if (paimon.isBuilt()) {
            paimon(table, rows, key, json);
        } else {
            System.out.println("no Paimon here: build it with -Ppeers to compare");
        }
        floeFiles.columns.forEach((column, bytes) -> line("  Floe, column " + column, bytes / count, json));
    }

    /** Writes the rows to Paimon too; bytes are of a stored row, since a table with a key has fewer than were sent. */
    private void paimon(String name, SampleRows rows, List<String> key, double json)
            throws IOException, InterruptedException {
        List<Column> columns = rows.table(name).columns();
        List<String> names = columns.stream().map(Column::name).toList();
        String topic = "json-" + name;
        Set<Object> keys = new HashSet<>();
        try (JsonTopic log = JsonTopic.create(floe.brokers(), topic)) {
            for (int row = 0; row < rows.count(); row++) {
                Object[] values = rows.values(row);
                Object sentBy = key.isEmpty() ? (Object) row : values[names.indexOf(key.get(0))];
                keys.add(sentBy);
                log.send(sentBy.toString(), jsonLine(names, values));
            }
        }
        TableSpec plain = rows.table(name);
        PaimonProcess.Figures append = paimon.run(topic, plain, PaimonProcess.Mode.APPEND, Duration.ZERO, rows.count());
        line("Paimon " + append.format() + ", " + append.files() + " data files", append.bytesPerStoredRow(), json);
        if (!key.isEmpty()) {
            TableSpec keyed = TableSpec.upsert(name, columns, key);
            PaimonProcess.Figures upsert =
                    paimon.run(topic, keyed, PaimonProcess.Mode.UPSERT, Duration.ZERO, keys.size());
            String rowsOfKeys = String.format(Locale.ROOT, " by %s, %,d rows", key.get(0), upsert.storedRows());
            line("Paimon " + upsert.format() + rowsOfKeys, upsert.bytesPerStoredRow(), json);
        }
    }

    private static void line(String what, double bytesPerRow, double json) {
        System.out.printf(
                Locale.ROOT,
                "%-48s %8.2f bytes a row, %5.1f %% less than JSON%n",
                what,
                bytesPerRow,
                100 - 100 * bytesPerRow / json);
    }

    private void send(String table, SampleRows rows) throws IOException {
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        try (TableWriter writer = client.writer(table)) {
            for (int from = 0; from < rows.count(); from += batchRows) {
                acks.add(writer.append(rows.range(from, Math.min(rows.count(), from + batchRows)), Operation.APPEND));
            }
        }
        acks.forEach(CompletableFuture::join);
        while (FloeTables.committedRows(floe.dataFolder(), table) < rows.count()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    /** Bytes of a snapshot's live files, by what they are. */
    private static final class Sizes {
        private int files;
        private long data;
        private long sidecars;
        private long deletes;
        private final Map<String, Double> columns = new TreeMap<>();
    }

    private static Sizes sizes(Table table) {
        Sizes sizes = new Sizes();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().includeColumnStats().planFiles()) {
            for (FileScanTask task : tasks) {
                DataFile file = task.file();
                sizes.files++;
                sizes.data += file.fileSizeInBytes();
                Path sidecar = local(SidecarName.of(file.location()));
                // of keys: a table without them has none
                sizes.sidecars += Files.exists(sidecar) ? Files.size(sidecar) : 0;
                sizes.deletes += task.deletes().stream()
                        .mapToLong(DeleteFile::contentSizeInBytes)
                        .sum();
                if (file.columnSizes() != null) {
                    file.columnSizes()
                            .forEach((id, bytes) -> sizes.columns.merge(
                                    table.schema().findColumnName(id), (double) bytes, Double::sum));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sizes;
    }

    private static Path local(String location) {
        return Path.of(location.startsWith("file:") ? location.substring("file:".length()) : location);
    }

    private static double json(SampleRows rows) {
        List<String> names =
                rows.table("t").columns().stream().map(Column::name).toList();
        long bytes = 0;
        for (int row = 0; row < rows.count(); row++) {
            bytes += jsonLine(names, rows.values(row)).getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return bytes;
    }

    private static String jsonLine(List<String> names, Object[] values) {
        StringBuilder line = new StringBuilder("{");
        for (int column = 0; column < values.length; column++) {
            boolean bare = values[column] instanceof Number;
            line.append(column == 0 ? "\"" : ",\"").append(names.get(column)).append(bare ? "\":" : "\":\"");
            line.append(values[column]).append(bare ? "" : "\"");
        }
        return line.append('}').toString();
    }

    private double icebergFile(String name, SampleRows rows) throws IOException {
        Schema schema = FloeTables.read(floe.dataFolder(), name, Table::schema);
        Path file = folder.resolve("iceberg-" + name + ".parquet");
        FileAppender<Record> appender = Parquet.write(org.apache.iceberg.Files.localOutput(file.toFile()))
                .schema(schema)
                .set(TableProperties.PARQUET_COMPRESSION, "zstd")
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (appender) {
            GenericRecord template = GenericRecord.create(schema);
            for (int row = 0; row < rows.count(); row++) {
                GenericRecord one = template.copy();
                Object[] values = rows.values(row);
                for (int column = 0; column < values.length; column++) {
                    one.set(column, values[column]);
                }
                appender.add(one);
            }
        }
        return Files.size(file);
    }
}
