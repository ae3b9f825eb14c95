package dev.floe.benchmarks;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.MemoryKeys;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Locations of known keys swapped in the index, batches of 5,000: in blocks, as the writers do, and one by one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class KeySwapBenchmark {
    private static final int BATCH_ROWS = 5_000;
    private static final int BATCHES = 64;

    /** Keys in the index. */
    @Param({"500000", "10000000"})
    public int keys;

    private final KeyHashes[] batches = new KeyHashes[BATCHES];
    private final long[] locations = new long[BATCH_ROWS];
    private final long[] previous = new long[BATCH_ROWS];
    private KeyIndex index = new KeyIndex();
    private MemoryKeys table = new MemoryKeys(index);
    private int next;

    /** JMH wants a public constructor. */
    public KeySwapBenchmark() {}

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        long[] high = new long[keys];
        long[] low = new long[keys];
        for (int key = 0; key < keys; key++) {
            high[key] = random.nextLong();
            low[key] = random.nextLong();
            index.put(high[key], low[key], RowLocation.of(RowLocation.FIRST_FILE, key));
        }
        for (int batch = 0; batch < BATCHES; batch++) {
            batches[batch] = new KeyHashes(BATCH_ROWS);
            for (int row = 0; row < BATCH_ROWS; row++) {
                int key = random.nextInt(keys);
                batches[batch].set(row, high[key], low[key]);
                locations[row] = RowLocation.of(RowLocation.FIRST_FILE, row);
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH_ROWS)
    public long[] inBlocks() {
        table.swap(batches[next++ % BATCHES], locations, previous);
        return previous;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH_ROWS)
    public long[] oneByOne() {
        KeyHashes batch = batches[next++ % BATCHES];
        for (int row = 0; row < BATCH_ROWS; row++) {
            previous[row] = index.put(batch.high(row), batch.low(row), locations[row]);
        }
        return previous;
    }
}
