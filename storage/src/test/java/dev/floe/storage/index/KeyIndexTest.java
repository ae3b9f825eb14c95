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
    private record Key(long high, long low) {}

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // few distinct low halves: keys collide in their slots and run over the end of the table
        int keys = 1 + random.nextInt(400);
        int homes = 1 + random.nextInt(50);
        KeyIndex index = new KeyIndex(random.nextInt(100));
        Map<Key, Long> model = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            Key key = new Key(random.nextInt(keys), -random.nextInt(homes));
            long location = RowLocation.of(1 + random.nextInt(5), random.nextLong(1L << 32));
            switch (random.nextInt(3)) {
                case 0 -> assertThat(index.remove(key.high, key.low)).isEqualTo(orAbsent(model.remove(key)));
                case 1 -> assertThat(index.get(key.high, key.low)).isEqualTo(orAbsent(model.get(key)));
                default ->
                    assertThat(index.put(key.high, key.low, location)).isEqualTo(orAbsent(model.put(key, location)));
            }
        }

        Map<Key, Long> entries = new HashMap<>();
        index.forEach((high, low, location) -> entries.put(new Key(high, low), location));
        assertThat(entries).isEqualTo(model);
        assertThat(index.size()).isEqualTo(model.size());
    }

    @Test
    void takesAtMost64BytesAKeyHoweverManyThereAre() {
        KeyIndex index = new KeyIndex();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 1; i <= 200_000; i++) {
            index.put(random.nextLong(), random.nextLong(), i);
            assertThat(i < 1_000 || index.memoryBytes() <= 64L * i).isTrue();
        }
    }

    @Test
    void hasRoomForTheKeysItWasMadeForWithoutGrowing() {
        KeyIndex index = new KeyIndex(50_000);
        long bytes = index.memoryBytes();
        for (int i = 1; i <= 50_000; i++) {
            index.put(i, i, i);
        }
        assertThat(index.memoryBytes()).isEqualTo(bytes);
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
