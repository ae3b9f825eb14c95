package dev.floe.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.DecimalType;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WireTypesTest {
    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 50));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsEverySchemaOverTheWire(long seed) {
        Schema schema = randomSchema(new SplittableRandom(seed));

        Schema back = WireTypes.fromWire(WireTypes.toWire(schema, 7));

        assertThat(back.asStruct()).isEqualTo(schema.asStruct());
    }

    @Test
    void carriesTheSchemaVersion() {
        Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

        assertThat(WireTypes.toWire(schema, 7).getVersion()).isEqualTo(7);
    }

    @Test
    void givesDeclaredColumnsPlaceholderIds() {
        Field column = field("a", primitive(Primitive.LONG));

        List<Types.NestedField> columns = WireTypes.declaredColumns(List.of(column, field("b", structOf(column))));

        assertThat(TypeUtil.indexById(Types.StructType.of(columns)).keySet()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void namesThePathOfAFieldWithoutAType() {
        Field inner = Field.newBuilder().setName("zip").build();

        FloeException error = catchThrowableOfType(
                FloeException.class, () -> WireTypes.declaredColumns(List.of(field("address", structOf(inner)))));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
        assertThat(error.fieldPath()).isEqualTo("address.zip");
    }

    @ParameterizedTest
    @EnumSource(
            value = Primitive.class,
            names = {"PRIMITIVE_UNSPECIFIED"})
    void refusesAnUnspecifiedType(Primitive unspecified) {
        FloeException error = catchThrowableOfType(
                FloeException.class, () -> WireTypes.declaredColumns(List.of(field("a", primitive(unspecified)))));

        assertThat(error.fieldPath()).isEqualTo("a");
    }

    @Test
    void refusesADecimalOfTooManyDigits() {
        DataType decimal = DataType.newBuilder()
                .setDecimal(DecimalType.newBuilder().setPrecision(39))
                .build();

        FloeException error = catchThrowableOfType(
                FloeException.class, () -> WireTypes.declaredColumns(List.of(field("price", decimal))));

        assertThat(error).hasMessageContaining("decimal(39, 0)");
    }

    @Test
    void refusesASchemaWithAnIdTwice() {
        dev.floe.wire.v1.Schema schema = dev.floe.wire.v1.Schema.newBuilder()
                .addFields(field("a", primitive(Primitive.LONG)).toBuilder().setId(1))
                .addFields(field("b", primitive(Primitive.LONG)).toBuilder().setId(1))
                .build();

        FloeException error = catchThrowableOfType(FloeException.class, () -> WireTypes.fromWire(schema));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
    }

    @Test
    void refusesASchemaWithoutIds() {
        dev.floe.wire.v1.Schema schema = dev.floe.wire.v1.Schema.newBuilder()
                .addFields(field("a", primitive(Primitive.LONG)))
                .build();

        FloeException error = catchThrowableOfType(FloeException.class, () -> WireTypes.fromWire(schema));

        assertThat(error.fieldPath()).isEqualTo("a");
    }

    @Test
    void refusesIcebergTypesFloeNeverDeclares() {
        Types.NestedField fixed = Types.NestedField.optional(1, "f", Types.FixedType.ofLength(3));

        FloeException error = catchThrowableOfType(FloeException.class, () -> WireTypes.toWire(fixed));

        assertThat(error.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    }

    private static Field field(String name, DataType type) {
        return Field.newBuilder().setName(name).setType(type).build();
    }

    private static DataType primitive(Primitive primitive) {
        return DataType.newBuilder().setPrimitive(primitive).build();
    }

    private static DataType structOf(Field field) {
        return DataType.newBuilder()
                .setStruct(StructType.newBuilder().addFields(field))
                .build();
    }

    private static Schema randomSchema(SplittableRandom random) {
        int[] lastId = {0};
        return new Schema(randomFields(random, lastId, 0));
    }

    private static List<Types.NestedField> randomFields(SplittableRandom random, int[] lastId, int depth) {
        List<Types.NestedField> fields = new ArrayList<>();
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            int id = ++lastId[0];
            fields.add(Types.NestedField.builder()
                    .withId(id)
                    .withName("f" + id)
                    .isOptional(random.nextBoolean())
                    .ofType(randomType(random, lastId, depth))
                    .withDoc(random.nextBoolean() ? "says what it is" : null)
                    .build());
        }
        return fields;
    }

    private static Type randomType(SplittableRandom random, int[] lastId, int depth) {
        int choice = random.nextInt(depth < 3 ? 16 : 13);
        return switch (choice) {
            case 0 -> Types.BooleanType.get();
            case 1 -> Types.IntegerType.get();
            case 2 -> Types.LongType.get();
            case 3 -> Types.FloatType.get();
            case 4 -> Types.DoubleType.get();
            case 5 -> Types.StringType.get();
            case 6 -> Types.BinaryType.get();
            case 7 -> Types.UUIDType.get();
            case 8 -> Types.DateType.get();
            case 9 -> Types.TimeType.get();
            case 10 -> Types.TimestampType.withoutZone();
            case 11 -> Types.TimestampType.withZone();
            case 12 -> Types.DecimalType.of(random.nextInt(4, 39), random.nextInt(5));
            case 13 -> Types.ListType.ofOptional(++lastId[0], randomType(random, lastId, depth + 1));
            case 14 ->
                Types.MapType.ofRequired(
                        ++lastId[0], ++lastId[0], Types.StringType.get(), randomType(random, lastId, depth + 1));
            default -> Types.StructType.of(randomFields(random, lastId, depth + 1));
        };
    }
}
