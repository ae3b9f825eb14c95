package dev.floe.storage.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.SidecarWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables in memory and over sidecars say the same as a map, through flushes, trims and files that are replaced. */
class KeyTableTest {
    private static final List<Integer> KEY = List.of(1);
    private static final List<Type> TYPES = List.of(Types.LongType.get());

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void memoryAndTiersAgreeWithAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Bucket bucket = new Bucket(1 + random.nextInt(2_000));
        for (int step = 0; step < 40; step++) {
            switch (random.nextInt(6)) {
                case 0 -> bucket.flush();
                case 1 -> bucket.trim();
                case 2 -> bucket.compact();
                default -> bucket.swap(random);
            }
            bucket.requireAgreement();
        }
    }

    @Test
    void keysOfAnotherBucketSeldomReachASidecar() {
        Bucket bucket = new Bucket(100_000);
        bucket.swap(LongStream.range(0, 100_000).toArray(), new boolean[100_000]);
        bucket.flush();
        bucket.trim();
        long before = bucket.tiered.probes();

        bucket.swap(LongStream.range(100_000, 200_000).toArray(), new boolean[100_000]);

        assertThat(bucket.tiered.probes() - before).isLessThan(4_000);
        assertThat(bucket.tiered.size()).isEqualTo(200_000);
    }

    @Test
    void keysInFilesTakeTheirFilterAndNoMore() {
        Bucket bucket = new Bucket(100_000);
        bucket.swap(LongStream.range(0, 100_000).toArray(), new boolean[100_000]);
        bucket.flush();
        bucket.trim();

        // 1.25 bytes a key and the 8 bytes for each row of the largest batch
        assertThat(bucket.tiered.memoryBytes()).isLessThan(940_000);
    }

    /** One bucket's keys as the tables see them, with the rows that are dead and the keys of each file. */
    private static final class Bucket {
        private final int keys;
        private final Map<Long, Long> model = new HashMap<>();
        private final Set<Long> dead = new HashSet<>();
        private final List<Integer> files = new ArrayList<>();
        private final MemoryKeys memory = new MemoryKeys(new KeyIndex());
        private final TieredKeys tiered = new TieredKeys(dead::contains, 0);
        private final KeyHasher hasher = new KeyHasher(KEY);
        private int nextFile = RowLocation.FIRST_FILE;
        private int nextRow;

        Bucket(int keys) {
            this.keys = keys;
        }

        void swap(SplittableRandom random) {
            long[] batch = random.longs(random.nextInt(200), 0, keys).toArray();
            boolean[] removed = new boolean[batch.length];
            for (int i = 0; i < removed.length; i++) {
                removed[i] = random.nextInt(3) == 0;
            }
            swap(batch, removed);
        }

        void swap(long[] batch, boolean[] removed) {
            long[] locations = new long[batch.length];
            long[] expected = new long[batch.length];
            for (int i = 0; i < batch.length; i++) {
                locations[i] = removed[i] ? KeyIndex.ABSENT : RowLocation.of(RowLocation.MEMTABLE, nextRow++);
                Long before = removed[i] ? model.remove(batch[i]) : model.put(batch[i], locations[i]);
                expected[i] = before == null ? KeyIndex.ABSENT : before;
            }
            for (KeyTable table : List.of(memory, tiered)) {
                long[] previous = new long[batch.length];
                table.swap(hashes(batch), locations, previous);
                assertThat(previous).as(table.getClass().getSimpleName()).isEqualTo(expected);
            }
            for (long location : expected) {
                dead.add(location);
            }
        }

        /** Moves the rows in memory into a file. */
        void flush() {
            moveTo(nextFile++, RowLocation.MEMTABLE);
        }

        /** Lets go of what is in files, once all is. */
        void trim() {
            flush();
            memory.trim();
            tiered.trim();
        }

        /** Rewrites all files into one, without dead rows. */
        void compact() {
            flush();
            List<Integer> replaced = List.copyOf(files);
            int[] from = replaced.stream().mapToInt(Integer::intValue).toArray();
            moveTo(nextFile++, from);
            for (int file : replaced) {
                memory.removeFile(file);
                tiered.removeFile(file);
                files.remove((Integer) file);
            }
        }

        private void moveTo(int file, int... from) {
            Set<Integer> sources = new HashSet<>();
            for (int source : from) {
                sources.add(source);
            }
            long position = 0;
            SidecarWriter writer = new SidecarWriter(KEY, 0);
            for (Map.Entry<Long, Long> entry : model.entrySet()) {
                if (sources.contains(RowLocation.file(entry.getValue()))) {
                    KeyHashes hash = hashes(entry.getKey());
                    long location = RowLocation.of(file, position);
                    writer.add(hash.high(0), hash.low(0), position++);
                    entry.setValue(location);
                    memory.move(hash.high(0), hash.low(0), location);
                    tiered.move(hash.high(0), hash.low(0), location);
                }
            }
            Sidecar sidecar = writer.toSidecar(dataFile(Math.max(1, position)));
            OpenSidecar<Sidecar> open = new OpenSidecar<>("x", () -> sidecar);
            memory.addFile(file, open);
            tiered.addFile(file, open);
            files.add(file);
        }

        void requireAgreement() {
            for (KeyTable table : List.of(memory, tiered)) {
                assertThat(table.size()).isEqualTo(model.size());
                long[] asked = LongStream.range(0, Math.min(keys, 50)).toArray();
                long[] locations = new long[asked.length];
                table.get(hashes(asked), locations);
                assertThat(locations)
                        .isEqualTo(Arrays.stream(asked)
                                .map(key -> model.getOrDefault(key, KeyIndex.ABSENT))
                                .toArray());
            }
        }

        private KeyHashes hashes(long... ids) {
            List<Object> values = new ArrayList<>();
            for (long id : ids) {
                values.add(id);
            }
            ColumnBatch batch = new ColumnBatch(
                    ids.length, KEY, List.of(VectorBuilder.of(TYPES.get(0), values)), new byte[ids.length]);
            return hasher.hash(batch, TYPES);
        }
    }

    private static DataFile dataFile(long rows) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("/none/b00000-1-1-x.parquet")
                .withFormat("parquet")
                .withFileSizeInBytes(12_345)
                .withRecordCount(rows)
                .build();
    }
}
