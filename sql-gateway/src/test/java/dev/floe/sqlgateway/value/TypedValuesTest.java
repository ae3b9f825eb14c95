package dev.floe.sqlgateway.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class TypedValuesTest {
    private static final Type INT = Types.IntegerType.get();
    private static final Type LONG = Types.LongType.get();
    private static final Type DOUBLE = Types.DoubleType.get();
    private static final Type PRICE = Types.DecimalType.of(5, 2);

    @Test
    void takesWhatFitsExactly() {
        assertThat(TypedValues.fit(7L, INT)).isEqualTo(7);
        assertThat(TypedValues.fit(7.0, LONG)).isEqualTo(7L);
        assertThat(TypedValues.fit(new BigDecimal("1e3"), LONG)).isEqualTo(1_000L);
        assertThat(TypedValues.fit(1L << 53, DOUBLE)).isEqualTo(0x1p53);
        assertThat(TypedValues.fit(new BigDecimal("1.5"), PRICE)).isEqualTo(new BigDecimal("1.50"));
        assertThat(TypedValues.fit("999.99", PRICE)).isEqualTo(new BigDecimal("999.99"));
        assertThat(TypedValues.fit(0.1, Types.FloatType.get())).isEqualTo(0.1f);
        assertThat(TypedValues.fit(Double.NaN, DOUBLE)).isEqualTo(Double.NaN);
        assertThat(TypedValues.fit("2024-02-29", Types.DateType.get())).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(TypedValues.fit("2024-02-29 01:02:03.000004", Types.TimestampType.withoutZone()))
                .isEqualTo(LocalDateTime.parse("2024-02-29T01:02:03.000004"));
        assertThat(TypedValues.fit("2024-02-29T01:00:00+01:00", Types.TimestampType.withZone()))
                .isEqualTo(OffsetDateTime.parse("2024-02-29T00:00:00Z"));
        assertThat(TypedValues.fit(Instant.EPOCH, Types.TimestampType.withZone()))
                .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:00Z"));
        assertThat(TypedValues.fit(new byte[16], Types.UUIDType.get())).isEqualTo(new UUID(0, 0));
        assertThat(TypedValues.fit(null, INT)).isNull();
    }

    @Test
    void refusesWhatWouldLose() {
        refused(1L << 31, INT, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(1.5, LONG, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(0x1p63, LONG, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(new BigDecimal("1e999999999"), LONG, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(new BigDecimal("1e999999999"), PRICE, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(new BigDecimal("1e-999999999"), PRICE, ErrorCode.VALUE_OUT_OF_RANGE);
        refused((1L << 53) + 1, DOUBLE, ErrorCode.VALUE_OUT_OF_RANGE);
        refused(1e300, Types.FloatType.get(), ErrorCode.VALUE_OUT_OF_RANGE);
        refused("1000", PRICE, ErrorCode.VALUE_OUT_OF_RANGE);
        refused("0.001", PRICE, ErrorCode.VALUE_OUT_OF_RANGE);
        refused("2024-02-29T01:02:03.0000001", Types.TimestampType.withoutZone(), ErrorCode.VALUE_OUT_OF_RANGE);
        refused(LocalDate.of(10_000, 1, 1), Types.DateType.get(), ErrorCode.VALUE_OUT_OF_RANGE);
    }

    @Test
    void refusesOtherTypes() {
        refused("1", INT, ErrorCode.WRONG_TYPE);
        refused(true, LONG, ErrorCode.WRONG_TYPE);
        refused(1L, Types.StringType.get(), ErrorCode.WRONG_TYPE);
        refused(1L, Types.BooleanType.get(), ErrorCode.WRONG_TYPE);
        refused("2024-02-30", Types.DateType.get(), ErrorCode.WRONG_TYPE);
        refused("2024-02-29T00:00:00", Types.TimestampType.withZone(), ErrorCode.WRONG_TYPE);
        refused("2024-02-29T00:00:00Z", Types.TimestampType.withoutZone(), ErrorCode.WRONG_TYPE);
        refused("not-a-uuid", Types.UUIDType.get(), ErrorCode.WRONG_TYPE);
        refused("123456789-1234-1234-1234-12345678901", Types.UUIDType.get(), ErrorCode.WRONG_TYPE);
        refused(Double.POSITIVE_INFINITY, PRICE, ErrorCode.WRONG_TYPE);
        refused("x".repeat(1_000_000), PRICE, ErrorCode.WRONG_TYPE);
        refused("[]", Types.ListType.ofOptional(1, INT), ErrorCode.UNSUPPORTED);
    }

    private static void refused(Object value, Type type, ErrorCode code) {
        FloeException refused = catchThrowableOfType(FloeException.class, () -> TypedValues.fit(value, type));
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.message()).hasSizeLessThan(300);
        assertThat(refused.action()).isNotEmpty();
    }
}
