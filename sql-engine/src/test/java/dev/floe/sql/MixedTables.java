package dev.floe.sql;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TableName;
import dev.floe.sql.tail.LogTail;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.log.LogEntry;
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
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Tables with what makes scans hard: nulls, deletes, files of an older schema, extreme values, words in names.
 *
 * <p>{@code facts} has columns id, k, s, x, dec, ts, tz, day, b, u, bin, f, tm, late; {@code dims} has code, label,
 * weight.
 */
final class MixedTables {
    private static final int ROWS = 400;
    private static final List<String> TEXTS =
            List.of("", "a", "A", "it's", "Ünï-code", "\"q\" \\ %_", "zz", "a\u0001b", "\uD83D\uDE00a\uD83D\uDE00");
    private static final double[] NUMBERS = {0.0, 0.25, -1.5, 1e300, Double.NaN, Double.POSITIVE_INFINITY, 7, -7};

    private MixedTables() {}

    /** Returns facts in its first schema. */
    static TableDefinition create(EngineFixture fixture) {
        SplittableRandom random = new SplittableRandom(7);
        TableDefinition facts = fixture.create(
                "default",
                "facts",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "k", Types.IntegerType.get()),
                Types.NestedField.optional(3, "old name", Types.StringType.get()),
                Types.NestedField.optional(4, "x", Types.DoubleType.get()),
                Types.NestedField.optional(5, "dec", Types.DecimalType.of(9, 2)),
                Types.NestedField.optional(6, "ts", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(7, "tz", Types.TimestampType.withZone()),
                Types.NestedField.optional(8, "day", Types.DateType.get()),
                Types.NestedField.optional(9, "b", Types.BooleanType.get()),
                Types.NestedField.optional(10, "u", Types.UUIDType.get()),
                Types.NestedField.optional(11, "bin", Types.BinaryType.get()),
                Types.NestedField.optional(12, "f", Types.FloatType.get()),
                Types.NestedField.optional(13, "tm", Types.TimeType.get()));
        fixture.upsert(facts, rows(random, 0, ROWS, false));
        fixture.write(facts, RowOperation.DELETE, rows(random, 10, 40, false));
        TableDefinition changed = fixture.catalog
                .tables()
                .alter(
                        facts.name(),
                        0,
                        List.of(
                                new ColumnChange.Rename("old name", "s"),
                                new ColumnChange.Widen("k", Types.LongType.get()),
                                new ColumnChange.Widen("dec", Types.DecimalType.of(14, 2)),
                                new ColumnChange.Add(
                                        "",
                                        Types.NestedField.optional(99, "late", Types.IntegerType.get()),
                                        new ColumnChange.Place.Last())));
        fixture.upsert(changed, rows(random, ROWS / 2, ROWS + 100, true));
        TableDefinition dims = fixture.create(
                "default",
                "dims",
                List.of("code"),
                List.of(),
                Types.NestedField.required(1, "code", Types.StringType.get()),
                Types.NestedField.optional(2, "label", Types.StringType.get()),
                Types.NestedField.optional(3, "weight", Types.LongType.get()));
        List<List<@Nullable Object>> codes = new ArrayList<>();
        for (int i = 0; i < TEXTS.size() - 2; i++) {
            codes.add(Arrays.asList(TEXTS.get(i), i % 2 == 0 ? "even" : null, (long) i));
        }
        fixture.upsert(dims, codes);
        return facts;
    }

    /** Rows of the log after the snapshots: new ones, replaced ones, deletes, some in the first schema. */
    static void append(EngineFixture fixture, TableDefinition first, LogTail tail, MemoryLog log) {
        SplittableRandom random = new SplittableRandom(8);
        TableDefinition facts =
                fixture.catalog.tables().find(TableName.of("default", "facts")).orElseThrow();
        append(tail, log, first, RowOperation.UPSERT, rows(random, 0, 30, false));
        append(tail, log, facts, RowOperation.UPSERT, rows(random, ROWS, ROWS + 200, true));
        append(tail, log, facts, RowOperation.DELETE, rows(random, ROWS + 20, ROWS + 60, true));
        append(tail, log, facts, RowOperation.UPSERT, rows(random, ROWS + 50, ROWS + 55, true));
    }

    private static void append(
            LogTail tail, MemoryLog log, TableDefinition table, byte operation, List<List<@Nullable Object>> rows) {
        EngineFixture.byBucket(table, EngineFixture.batch(table, operation, rows))
                .forEach((bucket, part) ->
                        log.add(tail, new LogEntry(table.id(), table.schemaVersion(), bucket, part, List.of())));
    }

    private static List<List<@Nullable Object>> rows(SplittableRandom random, long first, long end, boolean late) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = first; id < end; id++) {
            int k = random.nextInt(-5, 6);
            LocalDateTime at = LocalDateTime.of(1969, 12, 28, 0, 0)
                    .plusSeconds(random.nextInt(600_000))
                    .plusNanos(random.nextInt(1_000_000) * 1_000L);
            List<@Nullable Object> row = Arrays.asList(
                    id,
                    late ? (Object) (long) k : (Object) k,
                    TEXTS.get(random.nextInt(TEXTS.size())),
                    NUMBERS[random.nextInt(NUMBERS.length)],
                    BigDecimal.valueOf(random.nextInt(-99_999, 99_999), 2),
                    at,
                    OffsetDateTime.of(at, ZoneOffset.UTC),
                    LocalDate.ofEpochDay(random.nextInt(-400, 400)),
                    random.nextBoolean(),
                    new UUID(random.nextInt(3), -random.nextInt(3)),
                    ByteBuffer.wrap(new byte[] {(byte) random.nextInt(-3, 3), 0}),
                    random.nextInt(-4, 4) / 4f,
                    LocalTime.ofNanoOfDay(random.nextInt(1_000_000) * 1_000L));
            for (int column = 1; column < row.size(); column++) {
                if (random.nextInt(8) == 0) {
                    row.set(column, null);
                }
            }
            List<@Nullable Object> whole = new ArrayList<>(row);
            if (late) {
                whole.add(random.nextInt(3));
            }
            rows.add(whole);
        }
        return rows;
    }
}
