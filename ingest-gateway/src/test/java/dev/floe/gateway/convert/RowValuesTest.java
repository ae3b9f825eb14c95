package dev.floe.gateway.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ValueReader;
import dev.floe.wire.v1.MapValue;
import dev.floe.wire.v1.StructValue;
import dev.floe.wire.v1.Value;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowValuesTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    static Stream<Arguments> fitting() {
        return Stream.of(
                arguments(Types.IntegerType.get(), Batches.integer(Integer.MIN_VALUE), Integer.MIN_VALUE),
                arguments(Types.LongType.get(), Batches.integer(Long.MIN_VALUE), Long.MIN_VALUE),
                arguments(Types.FloatType.get(), Batches.integer(1 << 24), (float) (1 << 24)),
                arguments(Types.FloatType.get(), Batches.floating(0.1), 0.1f),
                arguments(Types.FloatType.get(), Batches.floating(Double.NaN), Float.NaN),
                arguments(Types.DoubleType.get(), Batches.integer(1L << 53), 0x1p53),
                arguments(Types.DoubleType.get(), Batches.floating(-0.0), -0.0),
                arguments(Types.DoubleType.get(), Batches.floating(Double.NEGATIVE_INFINITY), Double.NEGATIVE_INFINITY),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("1234567.89"), new BigDecimal("1234567.89")),
                arguments(Types.DecimalType.of(9, 2), Batches.text("1.5e3"), new BigDecimal("1500.00")),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("1.1000000"), new BigDecimal("1.10")),
                arguments(Types.DecimalType.of(9, 2), Batches.integer(-7), new BigDecimal("-7.00")),
                arguments(
                        Types.DecimalType.of(38, 0),
                        Batches.decimal("-99999999999999999999999999999999999999"),
                        new BigDecimal("-99999999999999999999999999999999999999")),
                arguments(Types.StringType.get(), Batches.text("zażółć \uD83D\uDE00"), "zażółć \uD83D\uDE00"),
                arguments(Types.DateType.get(), Batches.text("0001-01-01"), LocalDate.of(1, 1, 1)),
                arguments(Types.DateType.get(), Batches.text("9999-12-31"), LocalDate.of(9999, 12, 31)),
                arguments(Types.TimeType.get(), Batches.text("23:59:59.999999"), LocalTime.of(23, 59, 59, 999_999_000)),
                arguments(
                        Types.TimestampType.withoutZone(),
                        Batches.text("2024-02-29 12:00:00.5"),
                        LocalDateTime.of(2024, 2, 29, 12, 0, 0, 500_000_000)),
                arguments(
                        Types.TimestampType.withZone(),
                        Batches.text("2024-02-29T12:00:00+01:00"),
                        OffsetDateTime.parse("2024-02-29T11:00:00Z")),
                arguments(Types.UUIDType.get(), Batches.text(ID.toString()), ID),
                arguments(
                        Types.UUIDType.get(),
                        Value.newBuilder()
                                .setUuid(ByteString.fromHex("00112233445566778899aabbccddeeff"))
                                .build(),
                        ID));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void takesWhatFitsWithoutLoss(Type type, Value value, Object expected) {
        Converted converted = convert(type, value);

        assertThat(converted.errors()).isEmpty();
        Object read =
                ValueReader.value(converted.parts().get(0).batch().columns().get(0), type, 0);
        assertThat(read).isEqualTo(expected);
    }

    static Stream<Arguments> wrong() {
        Type text = Types.StringType.get();
        Type struct = Types.StructType.of(
                Types.NestedField.required(3, "zip", Types.IntegerType.get()),
                Types.NestedField.optional(4, "tags", Types.ListType.ofRequired(5, Types.IntegerType.get())));
        Type map = Types.MapType.ofOptional(3, 4, text, Types.IntegerType.get());
        return Stream.of(
                arguments(Types.IntegerType.get(), Batches.integer(1L << 31), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.IntegerType.get(), Batches.floating(1), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.LongType.get(), Batches.text("12"), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.FloatType.get(), Batches.integer((1 << 24) + 1), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.FloatType.get(), Batches.integer(Long.MAX_VALUE), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.FloatType.get(), Batches.floating(1e300), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.DoubleType.get(), Batches.integer((1L << 53) + 1), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.DoubleType.get(), Batches.integer(Long.MAX_VALUE), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("12345678.9"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("1.001"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(
                        Types.DecimalType.of(9, 2), Batches.decimal("1e999999999"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(
                        Types.DecimalType.of(9, 2), Batches.decimal("1e-999999999"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("NaN"), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.DecimalType.of(9, 2), Batches.decimal("9".repeat(1_000)), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.DateType.get(), Batches.text("2024-02-30"), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.DateType.get(), Batches.text("+10000-01-01"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(
                        Types.DateType.get(),
                        Value.newBuilder().setDate(Integer.MAX_VALUE).build(),
                        ErrorCode.VALUE_OUT_OF_RANGE,
                        "v"),
                arguments(Types.TimeType.get(), Batches.text("23:59:60"), ErrorCode.WRONG_TYPE, "v"),
                arguments(Types.TimeType.get(), Batches.text("00:00:00.0000001"), ErrorCode.VALUE_OUT_OF_RANGE, "v"),
                arguments(Types.TimestampType.withoutZone(), Batches.text("2024-01-31"), ErrorCode.WRONG_TYPE, "v"),
                arguments(
                        Types.TimestampType.withoutZone(),
                        Batches.text("2024-01-31T00:00:00Z"),
                        ErrorCode.WRONG_TYPE,
                        "v"),
                arguments(
                        Types.TimestampType.withZone(), Batches.text("2024-01-31T00:00:00"), ErrorCode.WRONG_TYPE, "v"),
                arguments(
                        Types.TimestampType.withZone(),
                        Batches.text("2024-01-31T00:00:00 Mars/Olympus"),
                        ErrorCode.WRONG_TYPE,
                        "v"),
                arguments(
                        Types.TimestampType.withZone(),
                        Batches.text("+292278994-08-17T07:12:55.807Z"),
                        ErrorCode.VALUE_OUT_OF_RANGE,
                        "v"),
                arguments(
                        Types.TimestampType.withZone(),
                        Value.newBuilder().setTimestamptz(Long.MAX_VALUE).build(),
                        ErrorCode.VALUE_OUT_OF_RANGE,
                        "v"),
                arguments(
                        Types.TimestampType.withZone(),
                        Value.newBuilder().setTimestamp(0).build(),
                        ErrorCode.WRONG_TYPE,
                        "v"),
                arguments(Types.UUIDType.get(), Batches.text("1-1-1-1-1"), ErrorCode.WRONG_TYPE, "v"),
                arguments(
                        Types.UUIDType.get(),
                        Batches.text("123456789-1234-1234-1234-12345678901"),
                        ErrorCode.WRONG_TYPE,
                        "v"),
                arguments(
                        Types.UUIDType.get(),
                        Value.newBuilder().setUuid(ByteString.fromHex("00")).build(),
                        ErrorCode.WRONG_TYPE,
                        "v"),
                arguments(
                        Types.ListType.ofRequired(2, Types.LongType.get()),
                        Batches.list(Batches.integer(1), Batches.nothing()),
                        ErrorCode.MISSING_VALUE,
                        "v[1]"),
                arguments(
                        Types.ListType.ofOptional(2, struct),
                        Batches.list(
                                struct("zip", Batches.integer(1)), struct("tags", Batches.list(Batches.text("x")))),
                        ErrorCode.MISSING_VALUE,
                        "v[1].zip"),
                arguments(struct, struct("none", Batches.integer(1)), ErrorCode.UNKNOWN_COLUMN, "v"),
                arguments(
                        map,
                        Value.newBuilder()
                                .setMap(MapValue.newBuilder()
                                        .addKeys(Batches.text("a"))
                                        .addKeys(Batches.text("a"))
                                        .addValues(Batches.nothing())
                                        .addValues(Batches.nothing()))
                                .build(),
                        ErrorCode.VALUE_OUT_OF_RANGE,
                        "v.key[1]"),
                arguments(
                        map,
                        Value.newBuilder()
                                .setMap(MapValue.newBuilder()
                                        .addKeys(Batches.nothing())
                                        .addValues(Batches.nothing()))
                                .build(),
                        ErrorCode.MISSING_VALUE,
                        "v.key[0]"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesTheRowAndNamesTheField(Type type, Value value, ErrorCode code, String path) {
        Converted converted = convert(type, value);

        assertThat(converted.rowsRefused()).isEqualTo(1);
        assertThat(converted.parts().get(0).batch().rowCount()).isZero();
        FloeException error = converted.errors().get(0);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.fieldPath()).isEqualTo(path);
        assertThat(error.row()).isZero();
        assertThat(error.action()).isNotEmpty();
        assertThat(error.message().length()).isLessThan(250);
    }

    private static Value struct(String name, Value value) {
        return Value.newBuilder()
                .setStruct(StructValue.newBuilder().addNames(name).addValues(value))
                .build();
    }

    private static Converted convert(Type type, Value value) {
        return new BatchConverter(Batches.LIMITS).convert(Batches.one(type), Batches.rows(Batches.row(value)));
    }
}
