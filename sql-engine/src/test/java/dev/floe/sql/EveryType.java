package dev.floe.sql;

import dev.floe.catalog.table.TableDefinition;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A row with a value of every type, and one of nulls. */
final class EveryType {
    static final UUID ID = new UUID(0x0123456789abcdefL, 42);
    private static final UUID OTHER = new UUID(-1, -1);
    private static final int COLUMNS = 13;

    private EveryType() {}

    static List<@Nullable Object> row(TableDefinition table) {
        GenericRecord struct =
                GenericRecord.create(table.schema().findField("st").type().asStructType());
        struct.set(0, 3);
        struct.set(1, LocalDateTime.of(2020, 1, 2, 3, 4, 5, 6_000));
        return Arrays.asList(
                ID,
                true,
                Integer.MIN_VALUE,
                1.5f,
                -0.1,
                new BigDecimal("1234567890123456789012345678.0123456789"),
                ByteBuffer.wrap(new byte[] {0, -1, 7}),
                LocalDate.of(1582, 10, 15),
                LocalTime.of(10, 11, 12, 13_000),
                OffsetDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000, ZoneOffset.UTC),
                Arrays.asList(1, null, 3),
                Map.of("a", 5L),
                struct);
    }

    static List<@Nullable Object> nulls() {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(OTHER);
        row.addAll(Collections.nCopies(COLUMNS - 1, null));
        return row;
    }
}
