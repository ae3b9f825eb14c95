package dev.floe.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.stream.StreamId;
import dev.floe.storage.stream.StreamRows;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogEntryRoundTripTest {
    private static final UUID TABLE = new UUID(1, 2);
    private static final Types.StructType ADDRESS = Types.StructType.of(
            Types.NestedField.optional(20, "street", Types.StringType.get()),
            Types.NestedField.required(21, "zip", Types.IntegerType.get()));
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "b", Types.BooleanType.get()),
            Types.NestedField.optional(2, "i", Types.IntegerType.get()),
            Types.NestedField.optional(3, "l", Types.LongType.get()),
            Types.NestedField.optional(4, "f", Types.FloatType.get()),
            Types.NestedField.optional(5, "d", Types.DoubleType.get()),
            Types.NestedField.optional(6, "dec", Types.DecimalType.of(12, 3)),
            Types.NestedField.optional(7, "wide", Types.DecimalType.of(38, 5)),
            Types.NestedField.optional(8, "s", Types.StringType.get()),
            Types.NestedField.optional(9, "bin", Types.BinaryType.get()),
            Types.NestedField.optional(10, "u", Types.UUIDType.get()),
            Types.NestedField.optional(11, "day", Types.DateType.get()),
            Types.NestedField.optional(12, "time", Types.TimeType.get()),
            Types.NestedField.optional(13, "ts", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(14, "tsz", Types.TimestampType.withZone()),
            Types.NestedField.optional(15, "tags", Types.ListType.ofOptional(22, Types.StringType.get())),
            Types.NestedField.optional(
                    16, "attrs", Types.MapType.ofOptional(23, 24, Types.StringType.get(), Types.LongType.get())),
            Types.NestedField.optional(17, "address", ADDRESS));

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 20));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void decodesWhatWasEncoded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        ColumnBatch batch = batch(random, random.nextInt(200), rows);

        List<StreamRows> streams = streams(random, batch.rowCount());
        byte[] bytes = LogEntryCodec.encode(new LogEntry(TABLE, 3, 7, batch, streams));
        LogEntry decoded = LogEntryCodec.decode(bytes, SCHEMA);

        assertThat(LogEntryCodec.readHeader(bytes))
                .isEqualTo(new LogEntryHeader(TABLE, 3, 7, batch.rowCount(), streams));
        assertThat(rowsOf(decoded.batch())).isEqualTo(rows);
        assertThat(decoded.batch().operations()).isEqualTo(batch.operations());
    }

    private static List<StreamRows> streams(SplittableRandom random, int rowCount) {
        List<StreamRows> streams = new ArrayList<>();
        int left = random.nextInt(rowCount + 1);
        while (left > 0) {
            long[] offsets = new long[random.nextInt(left) + 1];
            long offset = random.nextLong(1L << 40);
            for (int i = 0; i < offsets.length; i++) {
                offset += random.nextBoolean() ? 1 : 1 + random.nextInt(1_000);
                offsets[i] = offset;
            }
            StreamId stream = new StreamId(random.nextLong(), random.nextLong());
            streams.add(StreamRows.of(stream, random.nextLong(), random.nextLong(), offsets));
            left -= offsets.length;
        }
        return streams;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void refusesDamagedBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = LogEntryCodec.encode(new LogEntry(TABLE, 3, 7, batch(random, 50, new ArrayList<>())));
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

        assertThatThrownBy(() -> LogEntryCodec.decode(bytes, SCHEMA))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_ENTRY_CORRUPT));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsEveryRowInItsBucketAndOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        ColumnBatch batch = batch(random, 100, rows);
        int[] buckets = random.ints(100, 0, 5).toArray();

        List<List<@Nullable Object>> expected = new ArrayList<>();
        List<List<@Nullable Object>> found = new ArrayList<>();
        for (int bucket = 0; bucket < 5; bucket++) {
            for (int row = 0; row < 100; row++) {
                if (buckets[row] == bucket) {
                    expected.add(rows.get(row));
                }
            }
        }
        BucketSplit.split(batch, buckets, 5).values().forEach(part -> found.addAll(rowsOf(part)));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void bucketsOfSingleColumnKeysAreIcebergs() {
        SplittableRandom random = new SplittableRandom(9);
        for (int field : List.of(2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14)) {
            Type type = SCHEMA.findType(field);
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                values.add(value(random, type));
            }
            Vector column = VectorBuilder.of(type, values);
            ColumnBatch batch = new ColumnBatch(200, List.of(field), List.of(column), new byte[200]);
            int[] buckets = BucketFunction.of(SCHEMA, List.of(field), 16).bucketsOf(batch);
            for (int i = 0; i < 200; i++) {
                Object internal = internal(type, values.get(i));
                assertThat(buckets[i])
                        .as("%s %s", type, values.get(i))
                        .isEqualTo(Transforms.bucket(16).bind(type).apply(internal));
            }
        }
    }

    private static Object internal(Type type, Object value) {
        return switch (type.typeId()) {
            case DATE -> (int) ((LocalDate) value).toEpochDay();
            case TIME -> ((LocalTime) value).toNanoOfDay() / 1_000;
            case TIMESTAMP ->
                (value instanceof LocalDateTime local
                                        ? local.toInstant(ZoneOffset.UTC)
                                        : ((OffsetDateTime) value).toInstant())
                                .getEpochSecond()
                        * 1_000_000;
            default -> value;
        };
    }

    private static ColumnBatch batch(SplittableRandom random, int count, List<List<@Nullable Object>> rows) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            rows.add(new ArrayList<>());
        }
        for (Types.NestedField field : SCHEMA.columns()) {
            VectorBuilder builder = VectorBuilder.of(field.type(), count);
            for (int row = 0; row < count; row++) {
                Object value = random.nextInt(5) == 0 ? null : value(random, field.type());
                rows.get(row).add(value);
                builder.append(value);
            }
            ids.add(field.fieldId());
            columns.add(builder.build());
        }
        byte[] operations = new byte[count];
        Arrays.fill(operations, RowOperation.UPSERT);
        return new ColumnBatch(count, ids, columns, operations);
    }

    private static List<List<@Nullable Object>> rowsOf(ColumnBatch batch) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < batch.columns().size(); i++) {
                values.add(ValueReader.value(
                        batch.columns().get(i), SCHEMA.findType(batch.fieldIds().get(i)), row));
            }
            rows.add(values);
        }
        return rows;
    }

    private static Object value(SplittableRandom random, Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT -> (float) random.nextDouble();
            case DOUBLE -> random.nextDouble();
            case DECIMAL ->
                BigDecimal.valueOf(
                        random.nextLong(-1_000_000_000L, 1_000_000_000L), ((Types.DecimalType) type).scale());
            case STRING -> "v" + random.nextInt(6) + (random.nextBoolean() ? "é" : "");
            case BINARY -> ByteBuffer.wrap(new byte[] {(byte) random.nextInt(), 1, 2});
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case DATE -> LocalDate.ofEpochDay(random.nextInt(-100_000, 100_000));
            case TIME -> LocalTime.ofSecondOfDay(random.nextInt(86_400));
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC()
                        ? OffsetDateTime.of(2020, 1, 1, 0, 0, random.nextInt(60), 0, ZoneOffset.UTC)
                        : LocalDateTime.of(1960, 1, 1, 0, 0, random.nextInt(60));
            case LIST -> Arrays.asList("a", random.nextBoolean() ? null : "b");
            case MAP -> Map.of("k" + random.nextInt(3), random.nextLong());
            case STRUCT -> {
                GenericRecord record = GenericRecord.create(ADDRESS);
                record.setField("zip", random.nextInt(99_999));
                yield record;
            }
            default -> throw new IllegalArgumentException(type.toString());
        };
    }
}
