package dev.floe.storage.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConcatTest {
    private static final int FORMS = 7;
    private static final int WIDTH = 4;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 200));
    }

    /** Gather resolves everything row by row: what it makes of the same vectors is the model. */
    @ParameterizedTest
    @MethodSource("seeds")
    void equalsTheRowsOneByOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int form = random.nextInt(FORMS);
        List<Vector> sources = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        for (int source = random.nextInt(5); source >= 0; source--) {
            Vector vector = vector(form, random);
            for (int row = 0; row < vector.size(); row++) {
                positions.add(Gather.position(sources.size(), row));
            }
            sources.add(vector);
        }
        Vector expected = Gather.from(
                sources, positions.stream().mapToLong(Long::longValue).toArray(), positions.size());

        Vector found = Concat.of(sources);

        assertThat(values(found)).isEqualTo(values(expected));
    }

    @Test
    void keepsADictionaryThatAllShare() {
        byte[] data = "openclose".getBytes(StandardCharsets.UTF_8);
        BytesVector one = BytesVector.dictionary(new int[] {0, 4, 9}, data, 2, new int[] {1, 0}, 2, Validity.all());
        BytesVector other =
                BytesVector.dictionary(new int[] {0, 4, 9}, data.clone(), 2, new int[] {1}, 1, Validity.all());

        BytesVector found = (BytesVector) Concat.of(List.of(one, other));

        assertThat(found.codes()).containsExactly(1, 0, 1);
        assertThat(found.text(2)).isEqualTo("close");
    }

    private static Vector vector(int form, SplittableRandom random) {
        int size = random.nextInt(20);
        Validity validity = random.nextBoolean() ? Validity.all() : Validity.of(new long[] {random.nextLong()});
        byte[] bytes = new byte[size * WIDTH];
        random.nextBytes(bytes);
        return switch (form) {
            case 0 -> new IntVector(random.ints(size).toArray(), size, validity);
            case 1 -> new LongVector(random.longs(size).toArray(), size, validity);
            case 2 -> new DoubleVector(random.doubles(size).toArray(), size, validity);
            case 3 -> new FixedVector(bytes, WIDTH, size, validity);
            case 4 -> new BooleanVector(new boolean[size], size, validity);
            default -> text(size, validity, random);
        };
    }

    private static BytesVector text(int size, Validity validity, SplittableRandom random) {
        boolean plain = random.nextBoolean();
        int slots = plain ? size : random.nextInt(1, 3);
        int[] offsets = new int[slots + 1];
        for (int slot = 0; slot < slots; slot++) {
            offsets[slot + 1] = offsets[slot] + random.nextInt(3);
        }
        byte[] data = new byte[offsets[slots]];
        random.nextBytes(data);
        return plain
                ? BytesVector.plain(offsets, data, size, validity)
                : BytesVector.dictionary(
                        offsets, data, slots, random.ints(size, 0, slots).toArray(), size, validity);
    }

    private static List<@Nullable Object> values(Vector vector) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int row = 0; row < vector.size(); row++) {
            values.add(vector.isNull(row) ? null : value(vector, row));
        }
        return values;
    }

    private static Object value(Vector vector, int row) {
        if (vector instanceof IntVector ints) {
            return ints.value(row);
        }
        if (vector instanceof LongVector longs) {
            return longs.value(row);
        }
        if (vector instanceof DoubleVector doubles) {
            return doubles.value(row);
        }
        if (vector instanceof BooleanVector booleans) {
            return booleans.value(row);
        }
        if (vector instanceof FixedVector fixed) {
            return new String(fixed.data(), row * fixed.width(), fixed.width(), StandardCharsets.ISO_8859_1);
        }
        BytesVector bytes = (BytesVector) vector;
        return new String(bytes.data(), bytes.start(row), bytes.length(row), StandardCharsets.ISO_8859_1);
    }
}
