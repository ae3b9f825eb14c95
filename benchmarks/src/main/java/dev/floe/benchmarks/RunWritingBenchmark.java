package dev.floe.benchmarks;

import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.run.RowSlice;
import dev.floe.storage.run.RunSettings;
import dev.floe.storage.run.RunWriter;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Rows of workload E into one data file in memory, zstd 1: from vectors, and by Iceberg's generic writer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class RunWritingBenchmark {
    private static final int BATCH_ROWS = 10_000;
    private static final int BATCHES = 20;
    static final int ROWS = BATCH_ROWS * BATCHES;
    static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "tenant", Types.StringType.get()),
            Types.NestedField.required(2, "entity_id", Types.LongType.get()),
            Types.NestedField.required(3, "ts", Types.TimestampType.withoutZone()),
            Types.NestedField.required(4, "event_type", Types.StringType.get()),
            Types.NestedField.required(5, "country", Types.StringType.get()),
            Types.NestedField.required(6, "amount", Types.DoubleType.get()),
            Types.NestedField.required(7, "quantity", Types.IntegerType.get()),
            Types.NestedField.required(8, "payload", Types.StringType.get()));

    private final AtomicLong files = new AtomicLong();
    private final List<RowSlice> slices = new ArrayList<>();
    private final List<Record> records = new ArrayList<>();
    private Table table;

    /** JMH wants a public constructor. */
    public RunWritingBenchmark() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("benchmark", java.util.Map.of());
        catalog.createNamespace(Namespace.of("tenant"));
        table = catalog.createTable(TableIdentifier.of("tenant", "events"), SCHEMA, PartitionSpec.unpartitioned());
    }

    @Setup
    public void rows() {
        WorkloadE workload = new WorkloadE(1);
        for (int batch = 0; batch < BATCHES; batch++) {
            WorkloadE.Rows rows = workload.next(BATCH_ROWS);
            slices.add(slice(rows));
            for (int row = 0; row < BATCH_ROWS; row++) {
                records.add(record(rows, row));
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long fromVectors() {
        DataFile written = write();
        table.io().deleteFile(written.location());
        return written.fileSizeInBytes();
    }

    /** Writes all rows from vectors. */
    DataFile write() {
        RunSettings settings = new RunSettings(512L << 20, 128L << 20, 20_000, 1);
        return new RunWriter(table, table.spec(), SCHEMA, settings, this::name)
                .write(slices, new PartitionKey(table.spec(), SCHEMA), 80)
                .get(0);
    }

    Table table() {
        return table;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long byIcebergsGenericWriter() throws IOException {
        String location = table.locationProvider().newDataLocation(name());
        FileAppender<Record> appender = Parquet.write(table.io().newOutputFile(location))
                .schema(SCHEMA)
                .set(TableProperties.PARQUET_COMPRESSION, "zstd")
                .set(TableProperties.PARQUET_COMPRESSION_LEVEL, "1")
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (appender) {
            appender.addAll(records);
        }
        table.io().deleteFile(location);
        return appender.length();
    }

    private String name() {
        return "run-" + files.incrementAndGet() + ".parquet";
    }

    private static RowSlice slice(WorkloadE.Rows rows) {
        return new RowSlice(SCHEMA, batch(rows), IntStream.range(0, rows.count).toArray());
    }

    /** Rows in columns of {@link #SCHEMA}. */
    static ColumnBatch batch(WorkloadE.Rows rows) {
        Validity all = Validity.all();
        List<Vector> columns = List.of(
                coded(WorkloadE.TENANTS, rows.tenant),
                new LongVector(rows.entityId, rows.count, all),
                new LongVector(rows.ts, rows.count, all),
                coded(WorkloadE.EVENT_TYPES, rows.eventType),
                coded(WorkloadE.COUNTRIES, rows.country),
                new DoubleVector(rows.amount, rows.count, all),
                new IntVector(rows.quantity, rows.count, all),
                VectorBuilder.of(Types.StringType.get(), Arrays.asList(rows.payload)));
        List<Integer> ids =
                SCHEMA.columns().stream().map(Types.NestedField::fieldId).toList();
        return new ColumnBatch(rows.count, ids, columns, new byte[rows.count]);
    }

    private static Vector coded(List<String> names, int[] codes) {
        BytesVector entries = (BytesVector) VectorBuilder.of(Types.StringType.get(), names);
        return BytesVector.dictionary(
                entries.offsets(), entries.data(), names.size(), codes, codes.length, Validity.all());
    }

    private static Record record(WorkloadE.Rows rows, int row) {
        GenericRecord one = GenericRecord.create(SCHEMA);
        one.setField("tenant", WorkloadE.TENANTS.get(rows.tenant[row]));
        one.setField("entity_id", rows.entityId[row]);
        long micros = rows.ts[row];
        one.setField(
                "ts",
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L),
                        (int) Math.floorMod(micros, 1_000_000L) * 1_000,
                        ZoneOffset.UTC));
        one.setField("event_type", WorkloadE.EVENT_TYPES.get(rows.eventType[row]));
        one.setField("country", WorkloadE.COUNTRIES.get(rows.country[row]));
        one.setField("amount", rows.amount[row]);
        one.setField("quantity", rows.quantity[row]);
        one.setField("payload", rows.payload[row]);
        return one;
    }
}
