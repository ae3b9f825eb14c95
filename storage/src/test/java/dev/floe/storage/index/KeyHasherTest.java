package dev.floe.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A key's hash depends on its value alone, and never changes: sidecars on disk will hold it.
 *
 * <p>Should a golden value here fail, the canonical form was changed; put it back.
 */
class KeyHasherTest {
    private static final Type LONG = Types.LongType.get();
    private static final Type STRING = Types.StringType.get();

    @Test
    void hashesAreTheFrozenOnes() {
        assertThat(List.of(
                        hash(LONG, 0L),
                        hash(LONG, -1L),
                        hash(LONG, null),
                        hash(STRING, ""),
                        hash(STRING, "Zürich"),
                        hash(Types.BooleanType.get(), true),
                        hash(Types.DateType.get(), LocalDate.of(2026, 11, 1)),
                        hash(Types.DoubleType.get(), 1.5),
                        hash(Types.DecimalType.of(10, 2), new BigDecimal("-12.34")),
                        hash(Types.UUIDType.get(), new UUID(1, 2)),
                        hash(Types.BinaryType.get(), ByteBuffer.wrap(new byte[] {0, 1}))))
                .containsExactly(GOLDEN);
    }

    @Test
    void aCompositeKeyIsHashedInTheKeysOrder() {
        assertThat(hash(List.of(LONG, STRING), Arrays.asList(7L, "a"))).isEqualTo(COMPOSITE);
        assertThat(hash(List.of(STRING, STRING), List.of("a", "bc")))
                .isNotEqualTo(hash(List.of(STRING, STRING), List.of("ab", "c")));
    }

    @Test
    void widerTypesOfTheSameValueHashAlike() {
        assertThat(hash(Types.IntegerType.get(), -7)).isEqualTo(hash(LONG, -7L));
        assertThat(hash(Types.FloatType.get(), 0.25f)).isEqualTo(hash(Types.DoubleType.get(), 0.25));
        for (String value : List.of("-12.34", "0.00", "12.34")) {
            assertThat(hash(Types.DecimalType.of(10, 2), new BigDecimal(value)))
                    .isEqualTo(hash(Types.DecimalType.of(38, 2), new BigDecimal(value)));
        }
    }

    @Test
    void thereIsOneZeroAndOneNaN() {
        Type type = Types.DoubleType.get();
        assertThat(hash(type, -0.0)).isEqualTo(hash(type, 0.0));
        assertThat(hash(type, Double.longBitsToDouble(0x7ff8_0000_0000_0001L))).isEqualTo(hash(type, Double.NaN));
    }

    @Test
    void aDictionaryMakesNoDifference() {
        byte[] data = "abbc".getBytes(StandardCharsets.UTF_8);
        Vector plain = BytesVector.plain(new int[] {0, 1, 3, 3, 4}, data, 4, Validity.all());
        Vector coded =
                BytesVector.dictionary(new int[] {0, 0, 1, 3, 4}, data, 4, new int[] {1, 2, 0, 3}, 4, Validity.all());
        assertThat(hashes(List.of(plain), List.of(STRING))).isEqualTo(hashes(List.of(coded), List.of(STRING)));
    }

    @Test
    void rowsAroundMakeNoDifference() {
        Vector many = VectorBuilder.of(STRING, Arrays.asList("a long one before", null, "x", "y"));
        assertThat(hashes(List.of(many), List.of(STRING)).get(2)).isEqualTo(hash(STRING, "x"));
    }

    @Test
    void aListIsNoKey() {
        Type list = Types.ListType.ofOptional(2, LONG);
        Vector vector = VectorBuilder.of(list, List.of(List.of(1L)));
        assertThatThrownBy(() -> hashes(List.of(vector), List.of(list)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TABLE));
    }

    private static String hash(Type type, @Nullable Object value) {
        return hash(List.of(type), Arrays.asList(value));
    }

    private static String hash(List<Type> types, List<? extends @Nullable Object> values) {
        List<Vector> columns = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            columns.add(VectorBuilder.of(types.get(i), Arrays.asList(values.get(i))));
        }
        return hashes(columns, types).get(0);
    }

    private static List<String> hashes(List<Vector> columns, List<Type> types) {
        int rows = columns.get(0).size();
        KeyHashes hashes = new KeyHasher(List.of()).hash(columns, types, rows);
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            texts.add(String.format("%016x%016x", hashes.high(row), hashes.low(row)));
        }
        return texts;
    }

    private static final String COMPOSITE = "a4c74b331c0822aea923a1ebae7dd1e0";
    private static final String[] GOLDEN = {
        "fa3f5392c40387fb428516d12156e7b6",
        "c8376ffe4131faf5893fd9db86b0c612",
        "a6cd5e9392000f6ac44bdff4074eecdb",
        "624d00ca1a5816e84487fda79cc1828d",
        "31c68fcffa3fc690f46d8d56d770cb28",
        "50e58cbd6ada00a1070d80d6a76865f3",
        "be42fd968a3260a228441b9ef6430e63",
        "29e4828d0270e51aa6e14b5d3d7b2de0",
        "7e7c1448df3d25db0cc3772b45c610fc",
        "b978fec3bcdd9a209b5e1d4ea6fff764",
        "bac51f2ef5937ec95a1840e854143398"
    };
}
