package dev.floe.storage.run;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Random values of any column type, extremes included, as Iceberg's generic records hold them. */
final class RandomRows {
    private static final List<Double> DOUBLES =
            List.of(Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE);
    private static final int MILLION = 1_000_000;

    private final SplittableRandom random;
    private final boolean extremes;

    RandomRows(SplittableRandom random, boolean extremes) {
        this.random = random;
        this.extremes = extremes;
    }

    List<@Nullable Object> row(List<Types.NestedField> fields) {
        List<@Nullable Object> row = new ArrayList<>();
        fields.forEach(field -> row.add(value(field)));
        return row;
    }

    private @Nullable Object value(Types.NestedField field) {
        return field.isOptional() && random.nextInt(5) == 0 ? null : value(field.type());
    }

    private Object value(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> extreme() ? Integer.MIN_VALUE : random.nextInt(1_000) - 500;
            case LONG -> extreme() ? Long.MAX_VALUE : random.nextLong(1_000);
            case FLOAT -> extreme() ? (float) special() : (float) random.nextDouble();
            case DOUBLE -> extreme() ? special() : random.nextDouble() - 0.5;
            case DECIMAL -> decimal((Types.DecimalType) type);
            case STRING -> string();
            case BINARY -> ByteBuffer.wrap(new byte[] {(byte) random.nextInt(), 1, 2});
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case DATE -> LocalDate.ofEpochDay(random.nextInt(-200_000, 200_000));
            case TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400L * MILLION) * 1_000);
            case TIMESTAMP -> timestamp(((Types.TimestampType) type).shouldAdjustToUTC());
            case LIST -> list(type.asListType());
            case MAP -> map(type.asMapType());
            case STRUCT -> struct(type.asStructType());
            default -> throw new IllegalArgumentException("no values of " + type);
        };
    }

    private boolean extreme() {
        return extremes && random.nextInt(4) == 0;
    }

    private double special() {
        return DOUBLES.get(random.nextInt(DOUBLES.size()));
    }

    private BigDecimal decimal(Types.DecimalType type) {
        BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger unscaled = extreme() ? most.negate() : BigInteger.valueOf(random.nextInt(-5_000, 5_000));
        return new BigDecimal(unscaled, type.scale());
    }

    private String string() {
        if (extreme()) {
            return "\uD83D\uDE00é".repeat(random.nextInt(40));
        }
        return random.nextBoolean() ? "v" + random.nextInt(5) : "x".repeat(random.nextInt(30)) + random.nextLong();
    }

    private Object timestamp(boolean zoned) {
        OffsetDateTime time = OffsetDateTime.ofInstant(
                java.time.Instant.ofEpochSecond(
                        random.nextLong(-10_000_000_000L, 10_000_000_000L), random.nextInt(MILLION) * 1_000L),
                ZoneOffset.UTC);
        return zoned ? time : time.toLocalDateTime();
    }

    private List<@Nullable Object> list(Types.ListType type) {
        List<@Nullable Object> list = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            list.add(value(type.fields().get(0)));
        }
        return list;
    }

    private Map<Object, @Nullable Object> map(Types.MapType type) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            map.put(value(type.keyType()), value(type.fields().get(1)));
        }
        return map;
    }

    private GenericRecord struct(Types.StructType type) {
        GenericRecord struct = GenericRecord.create(type);
        for (int i = 0; i < type.fields().size(); i++) {
            struct.set(i, value(type.fields().get(i)));
        }
        return struct;
    }
}
