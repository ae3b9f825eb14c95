package dev.floe.benchmarks;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.RunReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;
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

/** Rows of workload E out of one data file in memory: into vectors, as compaction reads, and by Iceberg's reader. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class RunReadingBenchmark {
    private static final int BATCH_ROWS = 8_192;

    private final RunWritingBenchmark written = new RunWritingBenchmark();
    private final Schema schema = RunWritingBenchmark.SCHEMA;
    private InputFile file;

    /** JMH wants a public constructor. */
    @SuppressWarnings("NullAway.Init") // JMH calls the method that sets up
    public RunReadingBenchmark() {}

    @Setup
    public void write() {
        written.rows();
        DataFile data = written.write();
        Table table = written.table();
        file = table.io().newInputFile(data.location());
    }

    @Benchmark
    @OperationsPerInvocation(RunWritingBenchmark.ROWS)
    public long intoVectors() {
        long rows = 0;
        try (RunReader reader = new RunReader(file, schema, schema, Expressions.alwaysTrue(), null)) {
            for (ColumnBatch batch = reader.next(BATCH_ROWS); batch != null; batch = reader.next(BATCH_ROWS)) {
                rows += batch.rowCount();
            }
        }
        return rows;
    }

    @Benchmark
    @OperationsPerInvocation(RunWritingBenchmark.ROWS)
    public long byIcebergsGenericReader() throws IOException {
        long rows = 0;
        try (CloseableIterable<Record> records = Parquet.read(file)
                .project(schema)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
                .build()) {
            for (Record record : records) {
                rows += record.size();
            }
        }
        return rows;
    }
}
