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
import java.util.HashMap;
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

/** An index is a map from hash to positions, or it is refused: never a map of something else. */
class ValueIndexTest {
    private static final IndexFields FIELDS = IndexFields.of(3, 7);

    @TempDir
    private Path folder;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMapWhetherMappedOrRead(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> hashes = hashes(random);
        Map<Long, List<Long>> model = model(hashes);
        long rows = Math.max(hashes.size(), 1L << random.nextInt(33));
        String name = "b00001-1-1-" + seed + ".parquet";
        for (FileIO io : List.of(new InMemoryFileIO(), new LocalFiles())) {
            DataFile file = dataFile(io instanceof InMemoryFileIO ? "/none/" + name : folder + "/" + name, rows);
            write(io, file, hashes);

            ValueIndex index = ValueIndex.open(io, file, FIELDS);

            assertThat(index.size()).isEqualTo(hashes.size());
            model.forEach((hash, positions) -> {
                assertThat(index.positions(hash)).containsExactly(longs(positions));
                assertThat(index.count(hash)).isEqualTo(positions.size());
            });
            for (long other : hashes(random)) {
                assertThat(index.positions(other)).containsExactly(longs(model.getOrDefault(other, List.of())));
            }
        }
    }

    @Test
    void positionsUpToTheLastOfAFileAreKept() {
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1L << 32);
        ValueIndexWriter writer = new ValueIndexWriter(FIELDS, 2);
        writer.add(5, 0);
        writer.add(5, (1L << 32) - 1);

        assertThat(writer.toIndex(file).positions(5)).containsExactly(0, (1L << 32) - 1);
    }

    @Test
    void takes4BytesARowWhereValuesAreFewAnd15WhereEachIsAnother() {
        assertThat(bytesOfAMillion(random -> (long) random.nextInt(50) * 0x9E3779B97F4A7C15L))
                .isLessThan(3_100_000);
        assertThat(bytesOfAMillion(SplittableRandom::nextLong)).isLessThan(14_000_000);
    }

    @Test
    void aMissingOneIsUnreadable() {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 10);
        assertUnusable(new LocalFiles(), file, "");
        assertUnusable(new InMemoryFileIO(), file, "is missing");
    }

    @Test
    void anyTruncationIsFound() throws IOException {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 300);
        write(new LocalFiles(), file, LongStream.range(0, 300).boxed().toList());
        Path path = Path.of(SidecarName.of(file.location(), FIELDS));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length += 1 + length / 20) {
            replace(path, Arrays.copyOf(whole, length));
            assertUnusable(new LocalFiles(), file, "");
        }
    }

    @Test
    void aFlippedBitIsFoundOrHarmless() throws IOException {
        List<Long> hashes = new SplittableRandom(1).longs(200, 0, 60).boxed().toList();
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 100_000);
        write(new LocalFiles(), file, hashes);
        Path path = Path.of(SidecarName.of(file.location(), FIELDS));
        byte[] whole = Files.readAllBytes(path);
        int found = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            replace(path, flipped);
            try {
                ValueIndex index = ValueIndex.open(new LocalFiles(), file, FIELDS);
                // what is outside of the blob and its coordinates, as the name of the writer, may read as it likes
                model(hashes)
                        .forEach((hash, positions) ->
                                assertThat(index.positions(hash)).containsExactly(longs(positions)));
            } catch (FloeException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE);
                found++;
            }
        }
        assertThat(found).isGreaterThan(whole.length * 3 / 4);
    }

    @Test
    void oneOfAnotherDataFileIsRefused() throws IOException {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 1_000);
        DataFile other = dataFile(folder + "/b00001-1-1-y.parquet", 1_000);
        write(new LocalFiles(), file, List.of(1L, 2L));
        Files.copy(Path.of(SidecarName.of(file.location(), FIELDS)), Path.of(SidecarName.of(other.location(), FIELDS)));

        assertUnusable(new LocalFiles(), other, "is of another data file");
        assertUnusable(new LocalFiles(), dataFile(file.location(), 1_001), "is of another data file");
    }

    @Test
    void oneOfOtherFieldsIsRefused() throws IOException {
        DataFile file = dataFile(folder + "/b00001-1-1-x.parquet", 1_000);
        write(new LocalFiles(), file, List.of(1L, 2L));
        IndexFields others = IndexFields.of(7, 3);
        Files.copy(Path.of(SidecarName.of(file.location(), FIELDS)), Path.of(SidecarName.of(file.location(), others)));

        assertThatThrownBy(() -> ValueIndex.open(new LocalFiles(), file, others))
                .hasMessageContaining("has the fields [3, 7] and not [7, 3]");
    }

    @Test
    void oneOfALaterVersionIsRefused() throws IOException {
        FileIO io = new InMemoryFileIO();
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1_000);
        try (PuffinWriter writer = Puffin.write(io.newOutputFile(SidecarName.of(file.location(), FIELDS)))
                .createdBy("Floe")
                .build()) {
            writer.write(new Blob("floe-value-index-v2", FIELDS.ids(), -1, -1, ByteBuffer.allocate(100)));
        }
        assertUnusable(io, file, "has type floe-value-index-v2");
    }

    @Test
    void itsNameLeadsToItsDataFileAndFields() {
        String name = SidecarName.of("/a/b00001-x.parquet", FIELDS);

        assertThat(name).isEqualTo("/a/b00001-x.parquet.index-3-7.puffin");
        assertThat(SidecarName.dataFile(name)).contains("/a/b00001-x.parquet");
        assertThat(SidecarName.index(name)).contains(FIELDS);
        assertThat(SidecarName.index(SidecarName.of("/a/b00001-x.parquet"))).isEmpty();
        assertThat(SidecarName.dataFile("/a/b00001-x.parquet.index-.puffin")).isEmpty();
    }

    @Test
    void goesWithItsDataFile() {
        FileIO io = new InMemoryFileIO();
        DataFile file = dataFile("/none/b00001-1-1-x.parquet", 1_000);
        write(io, file, List.of(1L));

        SidecarName.deleteWith(io, List.of(FIELDS)).accept(file.location());

        assertUnusable(io, file, "is missing");
    }

    private interface Hashes {
        long next(SplittableRandom random);
    }

    private static long bytesOfAMillion(Hashes hashes) {
        SplittableRandom random = new SplittableRandom(3);
        ValueIndexWriter writer = new ValueIndexWriter(FIELDS, 0);
        for (int i = 0; i < 1_000_000; i++) {
            writer.add(hashes.next(random), i);
        }
        return writer.toIndex(dataFile("/none/b00001-1-1-x.parquet", 1_000_000)).bytes();
    }

    private static void assertUnusable(FileIO io, DataFile file, String reason) {
        assertThatThrownBy(() -> ValueIndex.open(io, file, FIELDS))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE))
                .hasMessageContaining(reason);
    }

    /** Hashes of which many are the same, and some crowd in one part of their range. */
    private static List<Long> hashes(SplittableRandom random) {
        int count = random.nextInt(random.nextBoolean() ? 3_000 : 20);
        int crowd = 1 + random.nextInt(200);
        boolean isCrowded = random.nextInt(4) == 0;
        List<Long> hashes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hashes.add(
                    switch (isCrowded ? 0 : random.nextInt(4)) {
                        case 0 -> (long) random.nextInt(crowd);
                        case 1 -> -1L - random.nextInt(crowd);
                        case 2 -> random.nextInt(crowd) * 0x9E3779B97F4A7C15L;
                        default -> random.nextLong();
                    });
        }
        return hashes;
    }

    /** Row {@code i} has the hash {@code i} of the list. */
    private static Map<Long, List<Long>> model(List<Long> hashes) {
        Map<Long, List<Long>> model = new HashMap<>();
        for (int row = 0; row < hashes.size(); row++) {
            model.computeIfAbsent(hashes.get(row), hash -> new ArrayList<>()).add((long) row);
        }
        return model;
    }

    private static void write(FileIO io, DataFile file, List<Long> hashes) {
        ValueIndexWriter writer = new ValueIndexWriter(FIELDS, hashes.size() / 2);
        for (int row = 0; row < hashes.size(); row++) {
            writer.add(hashes.get(row), row);
        }
        writer.write(io, file);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
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
}
