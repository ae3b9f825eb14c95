package dev.floe.benchmarks;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/**
 * Tables in a folder, written by the bucket writers: {@code events} of workload E, and {@code countries}.
 *
 * <p>The last tenth of the rows replaces rows before it, so that a tenth of what the files hold is dead.
 */
final class ScanTables implements AutoCloseable {
    private static final int BATCH_ROWS = 50_000;
    private static final int COMMIT_ROWS = 1_000_000;
    private static final int BUCKETS = 4;

    private final Catalog catalog;
    private long offset;
    private long checkpoint;

    ScanTables(Path folder) {
        this.catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
    }

    Catalog catalog() {
        return catalog;
    }

    void fill(int rows) {
        TableDefinition events = create("events", "entity_id", RunWritingBenchmark.SCHEMA.columns());
        WorkloadE workload = new WorkloadE(1);
        SplittableRandom random = new SplittableRandom(2);
        int fresh = rows - rows / 10;
        List<ColumnBatch> pending = new ArrayList<>();
        for (int done = 0; done < rows; done += BATCH_ROWS) {
            WorkloadE.Rows batch = workload.next(Math.min(BATCH_ROWS, rows - done));
            for (int i = 0; i < batch.count; i++) {
                batch.entityId[i] = done + i < fresh ? done + i : random.nextInt(fresh);
            }
            pending.add(upserts(RunWritingBenchmark.batch(batch)));
            if ((long) pending.size() * BATCH_ROWS >= COMMIT_ROWS || done + BATCH_ROWS >= rows) {
                commit(events, pending);
                pending.clear();
            }
        }
        TableDefinition countries = create(
                "countries",
                "code",
                List.of(
                        Types.NestedField.required(1, "code", Types.StringType.get()),
                        Types.NestedField.required(2, "continent", Types.StringType.get())));
        List<String> continents = IntStream.range(0, WorkloadE.COUNTRIES.size())
                .mapToObj(i -> "continent-" + i % 6)
                .toList();
        List<Vector> columns = List.of(
                VectorBuilder.of(Types.StringType.get(), WorkloadE.COUNTRIES),
                VectorBuilder.of(Types.StringType.get(), continents));
        int count = continents.size();
        commit(countries, List.of(upserts(new ColumnBatch(count, List.of(1, 2), columns, new byte[count]))));
    }

    private static ColumnBatch upserts(ColumnBatch batch) {
        byte[] operations = new byte[batch.rowCount()];
        Arrays.fill(operations, RowOperation.UPSERT);
        return new ColumnBatch(batch.rowCount(), batch.fieldIds(), batch.columns(), operations);
    }

    private TableDefinition create(String name, String key, List<Types.NestedField> columns) {
        return catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", name),
                        TableMode.UPSERT,
                        columns,
                        List.of(key),
                        BUCKETS,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of()));
    }

    private void commit(TableDefinition table, List<ColumnBatch> batches) {
        long epoch = catalog.nextEpoch();
        Table iceberg = catalog.tables().iceberg(table.name());
        BucketFunction function = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets());
        List<BucketChanges> changes = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                for (ColumnBatch batch : batches) {
                    ColumnBatch part = BucketSplit.split(batch, function.bucketsOf(batch), table.buckets())
                            .get(bucket);
                    if (part != null) {
                        writer.write(offset++, table.schema(), part);
                    }
                }
                writer.flush(++checkpoint).ifPresent(changes::add);
            }
        }
        TableCommitter.commit(iceberg, table.layout(), changes, new CommitId(catalog.sinkId(), epoch, checkpoint));
    }

    /** The data files of a table's newest snapshot, as paths. */
    List<String> files(String table) {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = catalog.tables()
                .iceberg(TableName.of("default", table))
                .newScan()
                .planFiles()) {
            tasks.forEach(task -> files.add(task.file().location().replaceFirst("^file:", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Override
    public void close() {
        catalog.close();
    }
}
