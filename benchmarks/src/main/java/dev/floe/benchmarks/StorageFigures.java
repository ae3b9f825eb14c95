package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.Column;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.storage.sidecar.SidecarName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * beside files of Iceberg's own writer for the same rows.
 *
 * <p>Arguments: rows of workload E (5,000,000), rows a batch (10,000). The flights are those of {@code data/}. Rows go
 * through a standalone into append tables; files are those of the newest snapshot once all rows are in it.
 */
public final class StorageFigures {
    private final FloeProcess floe;
    private final FloeClient client;
    private final Path folder;
    private final int batchRows;

    private StorageFigures(FloeProcess floe, FloeClient client, Path folder, int batchRows) {
        this.floe = floe;
        this.client = client;
        this.folder = folder;
        this.batchRows = batchRows;
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 5_000_000;
        int batchRows = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        Path folder = Files.createTempDirectory("floe-benchmark-");
        try (FloeProcess floe = FloeProcess.start(home, folder.resolve("floe"));
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            StorageFigures figures = new StorageFigures(floe, client, folder, batchRows);
            figures.measure("events", new EventRows(rows));
            figures.measure("flights", FlightRows.read(home.resolve("data/flights-500k.parquet")));
        }
    }

    private void measure(String table, SampleRows rows) throws IOException {
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
        floeFiles.columns.forEach((column, bytes) -> line("  Floe, column " + column, bytes / count, json));
    }

    private static void line(String what, double bytesPerRow, double json) {
        System.out.printf(
                Locale.ROOT,
                "%-34s %8.2f bytes a row, %5.1f %% less than JSON%n",
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
                sizes.sidecars += Files.size(local(SidecarName.of(file.location())));
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
            Object[] values = rows.values(row);
            StringBuilder line = new StringBuilder("{");
            for (int column = 0; column < values.length; column++) {
                boolean bare = values[column] instanceof Number;
                line.append(column == 0 ? "\"" : ",\"")
                        .append(names.get(column))
                        .append(bare ? "\":" : "\":\"");
                line.append(values[column]).append(bare ? "" : "\"");
            }
            bytes += line.append("}\n").toString().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
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
