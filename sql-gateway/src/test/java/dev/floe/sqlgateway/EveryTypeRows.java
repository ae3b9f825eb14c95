package dev.floe.sqlgateway;

import dev.floe.sql.engine.ResultColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Two rows of {@link MemoryTables#everyType}: one with each value, one with nulls. */
public final class EveryTypeRows {
    public static final UUID ID = UUID.fromString("01234567-89ab-cdef-fedc-ba9876543210");

    private EveryTypeRows() {}

    public static List<ResultColumn> columns() {
        return MemoryTables.everyType().columns().stream()
                .map(column -> new ResultColumn(column.name(), column.type(), true))
                .toList();
    }

    public static List<List<@Nullable Object>> rows() {
        List<@Nullable Object> nulls = Collections.nCopies(columns().size(), null);
        return List.of(values(), nulls);
    }

    private static List<@Nullable Object> values() {
        Types.StructType place =
                MemoryTables.everyType().findField("place").type().asStructType();
        GenericRecord struct = GenericRecord.create(place);
        struct.setField("zip", "10\"1");
        return List.of(
                true,
                -7,
                1L << 60,
                1.5f,
                Math.PI,
                new BigDecimal("-12.50"),
                new BigDecimal("-12345678901234567890123456789012345.678"),
                "grüße 🦀",
                ByteBuffer.wrap(new byte[] {0, -1, 2}),
                ID,
                LocalDate.of(1969, 12, 31),
                LocalTime.of(23, 59, 59, 999_999_000),
                LocalDateTime.parse("2024-02-29T12:34:56.789012"),
                OffsetDateTime.parse("1969-12-31T23:59:59.999999Z"),
                Arrays.asList("a", null, "b"),
                Map.of("k", 5L),
                struct);
    }
}
