package dev.floe.benchmarks;

import dev.floe.catalog.file.LocalFileIO;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.KeyTable;
import dev.floe.storage.keys.MemoryKeys;
import dev.floe.storage.keys.TieredKeys;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.sidecar.SidecarWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Figures of one bucket's keys: the index in memory, its sidecars, loading it from them, and the tiered table.
 *
 * <p>{@code KeyIndexFigures KEYS}: files of a million keys below a temporary folder, one thread. Rates
 * and seconds are of CPU time.
 */
public final class KeyIndexFigures {
    private static final List<Integer> KEY = List.of(1);
    private static final List<Type> TYPES = List.of(Types.LongType.get());
    private static final int FILE_KEYS = 1_000_000;
    private static final int BATCH_ROWS = 10_000;
    private static final int SWAPPED_ROWS = 2_000_000;

    private final KeyHasher hasher = new KeyHasher(KEY);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Path folder;
    private final int files;
    private final LocalFileIO io;

    private KeyIndexFigures(Path folder, int files) {
        this.folder = folder;
        this.files = files;
        this.io = new LocalFileIO(folder);
    }

    public static void main(String[] args) throws IOException {
        int files = Integer.parseInt(args[0]) / FILE_KEYS;
        Path folder = Files.createTempDirectory("key-index");
        try {
            new KeyIndexFigures(folder, files).run();
        } finally {
            new LocalFileIO(folder).deletePrefix(folder.toString());
        }
    }

    private void run() {
        grow();
        writeSidecars();
        KeyIndex index = load();
        long memoryBytes = index.memoryBytes();
        swap("memory", new MemoryKeys(index), BitSetRows.ALL_LIVE);
        BitSetRows dead = new BitSetRows(files);
        long started = cpuNanos();
        TieredKeys tiered = new TieredKeys(dead, (long) files * FILE_KEYS);
        for (int file = 0; file < files; file++) {
            tiered.addFile(RowLocation.FIRST_FILE + file, open(dataFile(file)));
        }
        report("tiered open", (long) files * FILE_KEYS, started);
        say(
                "tiered bytes of heap %,d, 1/%.1f of the index in memory",
                tiered.memoryBytes(), (double) memoryBytes / tiered.memoryBytes());
        swap("tiered", tiered, dead);
        say("tiered probes %,d, bytes of heap %,d", tiered.probes(), tiered.memoryBytes());
    }

    private OpenSidecar<Sidecar> open(DataFile file) {
        return new OpenSidecar<>(SidecarName.of(file.location()), () -> Sidecar.open(io, file, KEY));
    }

    private void grow() {
        KeyIndex index = new KeyIndex();
        long nanos = 0;
        long worst = 0;
        for (int file = 0; file < files; file++) {
            for (long first = (long) file * FILE_KEYS; first < (file + 1L) * FILE_KEYS; first += BATCH_ROWS) {
                KeyHashes hashes = consecutive(first);
                long started = cpuNanos();
                for (int row = 0; row < BATCH_ROWS; row++) {
                    index.put(hashes.high(row), hashes.low(row), RowLocation.of(RowLocation.MEMTABLE, row));
                }
                long took = cpuNanos() - started;
                nanos += took;
                worst = Math.max(worst, took);
            }
        }
        say(
                "memory, grown from nothing: %.1f M puts/s, %.1f bytes/key, slowest %,d puts %.1f ms",
                index.size() * 1e3 / nanos, (double) index.memoryBytes() / index.size(), BATCH_ROWS, worst / 1e6);
    }

    private void writeSidecars() {
        long nanos = 0;
        long bytes = 0;
        for (int file = 0; file < files; file++) {
            List<KeyHashes> hashes = new ArrayList<>();
            for (int first = 0; first < FILE_KEYS; first += BATCH_ROWS) {
                hashes.add(consecutive((long) file * FILE_KEYS + first));
            }
            long started = cpuNanos();
            SidecarWriter writer = new SidecarWriter(KEY, FILE_KEYS);
            int position = 0;
            for (KeyHashes batch : hashes) {
                for (int row = 0; row < BATCH_ROWS; row++) {
                    writer.add(batch.high(row), batch.low(row), position++);
                }
            }
            writer.write(io, dataFile(file));
            nanos += cpuNanos() - started;
            bytes += io.newInputFile(SidecarName.of(dataFile(file).location())).getLength();
        }
        long keys = (long) files * FILE_KEYS;
        say("sidecars written: %.1f M keys/s, %.2f bytes/key", keys * 1e3 / nanos, (double) bytes / keys);
    }

    private KeyIndex load() {
        long keys = (long) files * FILE_KEYS;
        long started = cpuNanos();
        KeyIndex index = new KeyIndex(keys);
        for (int file = 0; file < files; file++) {
            int number = RowLocation.FIRST_FILE + file;
            Sidecar.open(io, dataFile(file), KEY)
                    .forEach((high, low, position) -> index.put(high, low, RowLocation.of(number, position)));
        }
        report("memory, loaded from sidecars", keys, started);
        if (index.size() != keys) {
            throw new IllegalStateException("loaded " + index.size());
        }
        return index;
    }

    private void swap(String name, KeyTable table, BitSetRows dead) {
        long keys = (long) files * FILE_KEYS;
        swap(name + ", known keys", table, dead, row -> random.nextLong(keys));
        table.trim();
        long[] next = {keys};
        swap(name + ", new keys", table, dead, row -> next[0]++);
    }

    private void swap(String name, KeyTable table, BitSetRows dead, LongUnaryOperator id) {
        long nanos = 0;
        long hits = 0;
        long[] locations = new long[BATCH_ROWS];
        long[] previous = new long[BATCH_ROWS];
        long[] ids = new long[BATCH_ROWS];
        for (int done = 0; done < SWAPPED_ROWS; done += BATCH_ROWS) {
            for (int row = 0; row < BATCH_ROWS; row++) {
                ids[row] = id.applyAsLong(row);
                locations[row] = RowLocation.of(RowLocation.MEMTABLE, (long) done + row);
            }
            KeyHashes hashes = hash(ids.clone());
            long started = cpuNanos();
            table.swap(hashes, locations, previous);
            nanos += cpuNanos() - started;
            for (long location : previous) {
                hits += location == KeyIndex.ABSENT ? 0 : 1;
                dead.kill(location);
            }
        }
        say("%s: %.2f M swaps/s, %,d had a row", name, SWAPPED_ROWS * 1e3 / nanos, hits);
    }

    private KeyHashes consecutive(long first) {
        long[] ids = new long[BATCH_ROWS];
        for (int row = 0; row < BATCH_ROWS; row++) {
            ids[row] = first + row;
        }
        return hash(ids);
    }

    private KeyHashes hash(long[] ids) {
        return hasher.hash(List.of(new LongVector(ids, ids.length, Validity.all())), TYPES, ids.length);
    }

    private DataFile dataFile(int number) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(folder + "/b00000-1-" + number + ".parquet")
                .withFormat("parquet")
                .withFileSizeInBytes(1)
                .withRecordCount(FILE_KEYS)
                .build();
    }

    /** CPU time of this thread: the figures are those of a core, whatever else the machine does. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void report(String what, long keys, long started) {
        double seconds = (cpuNanos() - started) / 1e9;
        say("%s: %.1f M keys/s, %.2f s", what, keys / seconds / 1e6, seconds);
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Dead rows of files, as deletion vectors would have them. */
    private static final class BitSetRows implements KeyTable.DeadRows {
        static final BitSetRows ALL_LIVE = new BitSetRows(0);

        private final List<BitSet> rows = new ArrayList<>();

        BitSetRows(int files) {
            for (int file = 0; file < files; file++) {
                rows.add(new BitSet());
            }
        }

        void kill(long location) {
            int file = RowLocation.file(location) - RowLocation.FIRST_FILE;
            if (file >= 0 && file < rows.size()) {
                rows.get(file).set((int) RowLocation.position(location));
            }
        }

        @Override
        public boolean isDead(long location) {
            int file = RowLocation.file(location) - RowLocation.FIRST_FILE;
            return file < rows.size() && rows.get(file).get((int) RowLocation.position(location));
        }
    }
}
