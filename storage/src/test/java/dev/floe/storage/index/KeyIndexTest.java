package dev.floe.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The index is a map: whatever is put, replaced and removed, through growth and long probe runs. */
class KeyIndexTest {
    private record Key(long high, int tail) {
        long low() {
            return (long) tail << 32;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // few distinct high halves, some in one range: keys collide in their slots, run over the end, split unevenly
        int keys = 1 + random.nextInt(400);
        long[] homes = random.longs(1 + random.nextInt(50)).toArray();
        for (int i = 0; i < homes.length; i++) {
            homes[i] = random.nextBoolean() ? homes[i] : -1 - (homes[i] >>> random.nextInt(64));
        }
        KeyIndex index = new KeyIndex(random.nextInt(100), 8 + random.nextInt(64));
        Map<Key, Long> model = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            Key key = new Key(homes[random.nextInt(homes.length)], random.nextInt(keys));
            long location = RowLocation.of(1 + random.nextInt(5), random.nextLong(1L << 32));
            switch (random.nextInt(3)) {
                case 0 -> assertThat(index.remove(key.high, key.low())).isEqualTo(orAbsent(model.remove(key)));
                case 1 -> assertThat(index.get(key.high, key.low())).isEqualTo(orAbsent(model.get(key)));
                default ->
                    assertThat(index.put(key.high, key.low(), location)).isEqualTo(orAbsent(model.put(key, location)));
            }
        }

        Map<Key, Long> entries = new HashMap<>();
        index.forEach((high, tail, location) -> entries.put(new Key(high, tail), location));
        assertThat(entries).isEqualTo(model);
        assertThat(index.size()).isEqualTo(model.size());
    }

    @Test
    void takesAtMost40BytesAKeyHoweverManyThereAre() {
        KeyIndex index = new KeyIndex();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 1; i <= 500_000; i++) {
            index.put(random.nextLong(), random.nextLong(), RowLocation.of(2, i));
            assertThat(i < 1_000 || index.memoryBytes() <= 40L * i).isTrue();
        }
        assertThat(index.size()).isEqualTo(500_000);
    }

    @Test
    void growsBySegmentsAndNotAllAtOnce() {
        KeyIndex index = new KeyIndex();
        SplittableRandom random = new SplittableRandom(1);
        long before = index.memoryBytes();
        for (int i = 1; i <= 500_000; i++) {
            index.put(random.nextLong(), random.nextLong(), RowLocation.of(2, i));
            assertThat(index.memoryBytes() - before).isLessThan(1 << 20);
            before = index.memoryBytes();
        }
    }

    @Test
    void hasRoomForTheKeysItWasMadeForWithoutGrowing() {
        KeyIndex index = new KeyIndex(500_000);
        SplittableRandom random = new SplittableRandom(1);
        long bytes = index.memoryBytes();
        for (int i = 1; i <= 500_000; i++) {
            index.put(random.nextLong(), random.nextLong(), RowLocation.of(2, i));
        }
        assertThat(index.memoryBytes()).isEqualTo(bytes).isLessThan(40L * 500_000);
    }

    @Test
    void refusesZeroAsALocation() {
        assertThatThrownBy(() -> new KeyIndex().put(1, 1, KeyIndex.ABSENT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void locationsKeepFileAndPosition() {
        long location = RowLocation.of(Integer.MAX_VALUE, RowLocation.POSITION_MAX);
        assertThat(RowLocation.file(location)).isEqualTo(Integer.MAX_VALUE);
        assertThat(RowLocation.position(location)).isEqualTo(RowLocation.POSITION_MAX);
    }

    private static long orAbsent(@org.jspecify.annotations.Nullable Long location) {
        return location == null ? KeyIndex.ABSENT : location;
    }
}
