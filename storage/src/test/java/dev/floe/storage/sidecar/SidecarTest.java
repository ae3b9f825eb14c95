package dev.floe.storage.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sidecar is a map from key to position, or it is refused: never a map of something else. */
class SidecarTest {
    private static final List<Integer> KEY = List.of(1, 7);

    @TempDir
    private Path folder;

    private record Key(long high, int tail) {
        long low() {
            return (long) tail << Integer.SIZE;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMapWhetherMappedOrRead(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Key, Long> model = keys(random);
        long rows = Math.max(model.size(), 1L << random.nextInt(33));
        model.replaceAll((key, position) -> random.nextLong(rows));
        String name = "b00001-1-1-" + seed + ".parquet";
        for (FileIO io : List.of(new InMemoryFileIO(), localFiles())) {
            DataFile file = dataFile(io instanceof InMemoryFileIO ? "/none/" + name : folder + "/" + name, rows);
            write(io, file, model);

            Sidecar sidecar = Sidecar.open(io, file, KEY);

            assertThat(sidecar.size()).isEqualTo(model.size());
            model.forEach((key, position) ->
                    assertThat(sidecar.find(key.high(), key.low())).isEqualTo(position));
            for (Key absent : keys(random).keySet()) {
                assertThat(sidecar.find(absent.high(), absent.low()))
                        .isEqualTo(model.getOrDefault(absent, Sidecar.ABSENT));
            }
            assertThat(entries(sidecar)).isEqualTo(sorted(model));
        }
    }

    @Test
    void takesAtMost14BytesAKeyAtAMillionKeys() {
        SplittableRandom random = new SplittableRandom(3);
        SidecarWriter writer = new SidecarWriter(KEY, 0);
        for (int i = 0; i < 1_000_000; i++) {
            writer.add(random.nextLong(), random.nextLong(), i);
        }
        FileIO io = new InMemoryFileIO();
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1_000_000);
        writer.write(io, file);

        assertThat(io.newInputFile(SidecarName.of(file.location())).getLength()).isLessThan(14_000_000);
    }

    @Test
    void aMissingOneIsUnreadable() {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 10);
        assertUnusable(localFiles(), file, "");
        assertUnusable(new InMemoryFileIO(), file, "is missing");
    }

    @Test
    void anyTruncationIsFound() throws IOException {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 300);
        write(localFiles(), file, keys(new SplittableRandom(1), 200));
        Path path = Path.of(SidecarName.of(file.location()));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length += 1 + length / 20) {
            replace(path, Arrays.copyOf(whole, length));
            assertUnusable(localFiles(), file, "");
        }
    }

    @Test
    void aFlippedBitIsFoundOrHarmless() throws IOException {
        Map<Key, Long> model = keys(new SplittableRandom(1), 200);
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 100_000);
        write(localFiles(), file, model);
        Path path = Path.of(SidecarName.of(file.location()));
        byte[] whole = Files.readAllBytes(path);
        int found = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            replace(path, flipped);
            try {
                // what is outside of the blob and its coordinates, as the name of the writer, may read as it likes
                assertThat(entries(Sidecar.open(localFiles(), file, KEY))).isEqualTo(sorted(model));
            } catch (FloeException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
                found++;
            }
        }
        assertThat(found).isGreaterThan(whole.length * 3 / 4);
    }

    @Test
    void oneOfAnotherDataFileIsRefused() throws IOException {
        Map<Key, Long> model = keys(new SplittableRandom(1), 200);
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 1_000);
        DataFile other = dataFile(folder + "/b00001-1-1-y.parquet", 1_000);
        write(localFiles(), file, model);
        Files.copy(Path.of(SidecarName.of(file.location())), Path.of(SidecarName.of(other.location())));

        assertUnusable(localFiles(), other, "is of another data file");
        assertUnusable(localFiles(), dataFile(file.location(), 1_001), "is of another data file");
    }

    @Test
    void oneOfAnotherKeyIsRefused() {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 1_000);
        write(localFiles(), file, keys(new SplittableRandom(1), 200));

        assertThatThrownBy(() -> Sidecar.open(localFiles(), file, List.of(7, 1)))
                .hasMessageContaining("has the fields [1, 7] and not [7, 1]");
    }

    @Test
    void oneOfALaterVersionIsRefused() throws IOException {
        FileIO io = new InMemoryFileIO();
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1_000);
        try (PuffinWriter writer = Puffin.write(io.newOutputFile(SidecarName.of(file.location())))
                .createdBy("Floe")
                .build()) {
            writer.write(new Blob("floe-key-index-v2", KEY, -1, -1, ByteBuffer.allocate(100)));
        }
        assertUnusable(io, file, "has type floe-key-index-v2");
    }

    @Test
    void aRewrittenOneTakesTheOldOnesPlace() {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 1_000);
        write(localFiles(), file, Map.of(new Key(1, 1), 1L));
        Sidecar before = Sidecar.open(localFiles(), file, KEY);
        write(localFiles(), file, Map.of(new Key(1, 1), 2L));

        assertThat(Sidecar.open(localFiles(), file, KEY).find(1, 1L << 32)).isEqualTo(2);
        assertThat(before.find(1, 1L << 32)).isEqualTo(1);
    }

    @Test
    void goesWithItsDataFile() {
        FileIO io = new InMemoryFileIO();
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1_000);
        write(io, file, Map.of(new Key(1, 1), 1L));

        SidecarName.deleteWith(io).accept(file.location());

        assertUnusable(io, file, "is missing");
    }

    @Test
    void itsNameLeadsToItsDataFile() {
        assertThat(SidecarName.dataFile(SidecarName.of("/a/b00001-x.parquet"))).contains("/a/b00001-x.parquet");
        assertThat(SidecarName.dataFile("/a/b00001-x.parquet")).isEmpty();
        assertThat(SidecarName.dataFile("/a/b00001-x-deletes.puffin")).isEmpty();
    }

    private static void assertUnusable(FileIO io, DataFile file, String reason) {
        assertThatThrownBy(() -> Sidecar.open(io, file, KEY))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE))
                .hasMessageContaining(reason);
    }

    /** Keys of which some crowd at the ends of the hashes' range or share a high half. */
    private static Map<Key, Long> keys(SplittableRandom random) {
        return keys(random, random.nextInt(random.nextBoolean() ? 3_000 : 20));
    }

    private static Map<Key, Long> keys(SplittableRandom random, int count) {
        Map<Key, Long> keys = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long high = random.nextLong();
            keys.put(
                    switch (random.nextInt(8)) {
                        case 0 -> new Key(high >> random.nextInt(64), random.nextInt(3));
                        case 1 -> new Key(random.nextInt(3) - 1, random.nextInt());
                        default -> new Key(high, random.nextInt());
                    },
                    (long) i);
        }
        return keys;
    }

    private static void write(FileIO io, DataFile file, Map<Key, Long> keys) {
        SidecarWriter writer = new SidecarWriter(KEY, keys.size() / 2);
        keys.forEach((key, position) -> writer.add(key.high(), key.low() | 0xFFFF, position));
        writer.write(io, file);
    }

    private static List<Map.Entry<Key, Long>> entries(Sidecar sidecar) {
        List<Map.Entry<Key, Long>> entries = new ArrayList<>();
        sidecar.forEach((high, low, position) ->
                entries.add(Map.entry(new Key(high, (int) (low >>> Integer.SIZE)), position)));
        return entries;
    }

    private static List<Map.Entry<Key, Long>> sorted(Map<Key, Long> keys) {
        Comparator<Key> order = Comparator.comparing(Key::high, Long::compareUnsigned);
        return keys.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(order.thenComparing(Key::tail, Integer::compareUnsigned)))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static DataFile dataFile(String location, long rows) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFormat("parquet")
                .withFileSizeInBytes(12_345)
                .withRecordCount(rows)
                .build();
    }

    /** Replaces a file under the feet of maps of it, as a file system does. */
    private static void replace(Path path, byte[] bytes) throws IOException {
        Files.delete(path);
        Files.write(path, bytes);
    }

    private static FileIO localFiles() {
        return new LocalFiles();
    }
}
