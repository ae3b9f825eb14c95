package dev.floe.cli.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.ColumnarRows;
import dev.floe.client.StructFields;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are written by DuckDB, which shares no code with the reader. */
class ParquetSourceTest {
    private static final Path FLIGHTS = Path.of("../data/flights-500k.parquet");
    private static final List<Column> FLIGHT_COLUMNS = List.of(
            Column.required("date", Primitive.TIMESTAMP),
            Column.required("delay", Primitive.LONG),
            Column.optional("distance", Primitive.INT),
            Column.required("origin", Primitive.STRING),
            Column.required("destination", Primitive.STRING));

    @TempDir
    Path folder;

    private final StringWriter reported = new StringWriter();
    private final RowReports reports = new RowReports(new PrintWriter(reported, true), 10);

    @Test
    void readsEveryFlightAsColumns() throws IOException {
        List<SourceBatch> batches = read(FLIGHTS, FLIGHT_COLUMNS, List.of(), new BatchLimits(100_000, 1));

        // batches end with their row group
        assertThat(batches).hasSize(9).allMatch(SourceBatch::isUniform);
        assertThat(batches.stream().mapToLong(batch -> batch.numbers().count()).sum())
                .isEqualTo(500_000);
        ColumnarRows first = (ColumnarRows) batches.get(0).batch();
        assertThat(first.columns())
                .extracting(ColumnarRows.ColumnData::name)
                .containsExactly("date", "delay", "distance", "origin", "destination");
        assertThat(micros("2001-01-01T00:01:00"))
                .isEqualTo(((ColumnarRows.Longs) first.columns().get(0)).values()[0]);
        assertThat(reported.toString()).isEmpty();
    }

    @Test
    void beginsAtTheRowAskedFor() throws IOException {
        List<SourceBatch> all = read(FLIGHTS, FLIGHT_COLUMNS, List.of("delay"), new BatchLimits(100_000, 1));
        List<SourceBatch> rest = read(FLIGHTS, FLIGHT_COLUMNS, List.of("delay"), new BatchLimits(100_000, 499_998));

        assertThat(rest).singleElement().satisfies(batch -> {
            assertThat(batch.numbers().first()).isEqualTo(499_998);
            assertThat(batch.numbers().last()).isEqualTo(500_000);
            assertThat(delays(batch)).containsExactly(lastThree(delays(all.get(8))));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
    void readsEveryCompression(String codec) throws Exception {
        Path file = write("SELECT range AS n, 'text ' || range AS t FROM range(3000)", ", COMPRESSION " + codec);

        List<SourceBatch> batches = read(
                file, List.of(Column.required("n", Primitive.LONG), Column.required("t", Primitive.STRING)), 2_000);

        assertThat(batches).hasSize(2);
        ColumnarRows.Bytes text = (ColumnarRows.Bytes)
                ((ColumnarRows) batches.get(1).batch()).columns().get(1);
        assertThat(new String(text.data(), 0, text.offsets()[1], StandardCharsets.UTF_8))
                .isEqualTo("text 2000");
    }

    /** The same values through columns and through records: what one says, the other has to say too. */
    @Test
    void mapsEveryType() throws Exception {
        String row = "SELECT true b, 7::INT i, -8::BIGINT l, 1.5::FLOAT f, -2.25::DOUBLE d, 'ü' s, '\\xAA'::BLOB x,"
                + " '00112233-4455-6677-8899-aabbccddeeff'::UUID u, DATE '1969-12-31' dt, TIME '12:34:56.789' tm,"
                + " TIMESTAMP '2001-02-03 04:05:06.789' ts, TIMESTAMPTZ '2001-02-03 04:05:06+00' tz,"
                + " 12.30::DECIMAL(6,2) p, -99999999999999999999.5::DECIMAL(30,1) q, NULL::INT z,"
                + " TIMESTAMP_NS '2001-02-03 04:05:06.000001' ns, 200::UTINYINT u8, 4000000000::UINTEGER u32";
        Path flat = write(row, "");
        Path nested = folder.resolve("nested.parquet");
        sql("COPY (SELECT *, [1] deep FROM '" + flat + "') TO '" + nested + "'");
        List<Column> columns = new ArrayList<>(List.of(
                Column.required("b", Primitive.BOOLEAN),
                Column.required("i", Primitive.INT),
                Column.required("l", Primitive.LONG),
                Column.required("f", Primitive.FLOAT),
                Column.required("d", Primitive.DOUBLE),
                Column.required("s", Primitive.STRING),
                Column.required("x", Primitive.BINARY),
                Column.required("u", Primitive.UUID),
                Column.required("dt", Primitive.DATE),
                Column.required("tm", Primitive.TIME),
                Column.required("ts", Primitive.TIMESTAMP),
                Column.required("tz", Primitive.TIMESTAMPTZ),
                Column.required("p", new ColumnType.Decimal(10, 4)),
                Column.required("q", new ColumnType.Decimal(38, 2)),
                Column.optional("z", Primitive.INT),
                Column.required("ns", Primitive.TIMESTAMP),
                Column.required("u8", Primitive.INT),
                Column.required("u32", Primitive.LONG)));

        Map<String, Object> columnar =
                firstValues((ColumnarRows) only(read(flat, columns, 10)).batch());
        columns.add(Column.required("deep", new ColumnType.ListOf(Column.required("element", Primitive.INT))));
        Batch.Rows rows = (Batch.Rows) only(read(nested, columns, 10)).batch();

        assertThat(rows.rows().get(0))
                .containsExactly(
                        true,
                        7,
                        -8L,
                        1.5f,
                        -2.25,
                        "ü",
                        new byte[] {(byte) 0xaa},
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                        LocalDate.of(1969, 12, 31),
                        LocalTime.parse("12:34:56.789"),
                        LocalDateTime.parse("2001-02-03T04:05:06.789"),
                        Instant.parse("2001-02-03T04:05:06Z"),
                        new BigDecimal("12.3000"),
                        new BigDecimal("-99999999999999999999.50"),
                        null,
                        LocalDateTime.parse("2001-02-03T04:05:06.000001"),
                        200,
                        4_000_000_000L,
                        List.of(1));
        assertThat(columnar)
                .containsEntry("b", true)
                .containsEntry("i", 7)
                .containsEntry("l", -8L)
                .containsEntry("f", 1.5f)
                .containsEntry("d", -2.25)
                .containsEntry("s", "ü")
                .containsEntry("dt", -1)
                .containsEntry("tm", 45_296_789_000L)
                .containsEntry("ts", micros("2001-02-03T04:05:06.789"))
                .containsEntry("tz", micros("2001-02-03T04:05:06"))
                .containsEntry("p", 123_000L)
                .containsEntry("ns", micros("2001-02-03T04:05:06.000001"))
                .containsEntry("u8", 200)
                .containsEntry("u32", 4_000_000_000L)
                .containsEntry("u", "00112233445566778899aabbccddeeff")
                .containsEntry("q", new BigInteger("-9999999999999999999950").toString(16))
                .doesNotContainKey("z");
    }

    @Test
    void readsNestedColumns() throws Exception {
        Path file = write(
                "SELECT * FROM (VALUES (1, [1, NULL, 3], {'x': 1.5, 'y': 'a'}, MAP {'k': 1, 'm': NULL}),"
                        + " (2, NULL, NULL, NULL), (3, [], {'x': NULL, 'y': 'b'}, MAP {})) t(id, l, s, m)",
                "");
        List<Column> columns = List.of(
                Column.required("id", Primitive.INT),
                Column.optional("l", new ColumnType.ListOf(Column.optional("element", Primitive.LONG))),
                Column.optional(
                        "s",
                        new ColumnType.Struct(List.of(
                                Column.optional("x", new ColumnType.Decimal(9, 1)),
                                Column.optional("y", Primitive.STRING)))),
                Column.optional(
                        "m",
                        new ColumnType.MapOf(
                                Column.required("key", Primitive.STRING), Column.optional("value", Primitive.INT))));

        List<@Nullable Object[]> rows =
                ((Batch.Rows) only(read(file, columns, 10)).batch()).rows();

        assertThat(rows.get(0)[1]).isEqualTo(Arrays.asList(1L, null, 3L));
        assertThat(((StructFields) Objects.requireNonNull(rows.get(0)[2])).fields())
                .containsEntry("x", new BigDecimal("1.5"))
                .containsEntry("y", "a");
        assertThat(rows.get(0)[3]).isEqualTo(mapOf("k", 1, "m", null));
        assertThat(rows.get(1)).containsExactly(2, null, null, null);
        assertThat(rows.get(2)[1]).isEqualTo(List.of());
        assertThat(rows.get(2)[3]).isEqualTo(Map.of());
    }

    @Test
    void leavesOutRowsThatDoNotFitAndNamesThem() throws Exception {
        Path file = write(
                "SELECT * FROM (VALUES (1::BIGINT, 'a', 1.5), (5000000000, 'b', 2.5), (3, 'c', 3.5)) t(n, t, d)", "");
        List<Column> columns = List.of(
                Column.required("n", Primitive.INT),
                Column.required("t", Primitive.STRING),
                Column.required("d", new ColumnType.Decimal(4, 1)));

        SourceBatch batch = only(read(file, columns, 10));

        assertThat(batch.numbers().count()).isEqualTo(2);
        assertThat(batch.numbers().last()).isEqualTo(3);
        ColumnarRows rows = (ColumnarRows) batch.batch();
        assertThat(((ColumnarRows.Ints) rows.columns().get(0)).values()).containsExactly(1, 3);
        assertThat(((ColumnarRows.Bytes) rows.columns().get(1)).data())
                .isEqualTo("ac".getBytes(StandardCharsets.UTF_8));
        assertThat(((ColumnarRows.Longs) rows.columns().get(2)).values()).containsExactly(15, 35);
        assertThat(reported.toString()).contains("row 2 at n: VALUE_OUT_OF_RANGE: 5000000000 is beyond an int");
    }

    @Test
    void refusesTypesThatDoNotFitBeforeItSendsAnything() throws Exception {
        Path file = write("SELECT 'x' a, 1.5::DOUBLE b, TIMESTAMPTZ '2001-01-01 00:00:00+00' c, [1] d", "");
        List<Column> columns = List.of(
                Column.required("a", Primitive.LONG),
                Column.required("b", Primitive.FLOAT),
                Column.required("c", Primitive.TIMESTAMP),
                Column.required("d", Primitive.STRING));

        assertThatThrownBy(() -> read(file, columns, 10)).isInstanceOfSatisfying(FloeException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.WRONG_TYPE);
            assertThat(e.message())
                    .contains("a: the file has binary (STRING), which does not go into long")
                    .contains("b: the file has double, which does not go into float")
                    .contains("c: the file has int64 (TIMESTAMP(MICROS,true)), which does not go into timestamp")
                    .contains("d: the file has a list, which does not go into string");
        });
    }

    @Test
    void refusesColumnsThatTheTableOrTheFileDoesNotHave() {
        List<Column> less = FLIGHT_COLUMNS.subList(0, 4);

        assertThatThrownBy(() -> read(FLIGHTS, less, 10))
                .hasMessageContaining("no column 'destination'")
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.action()).contains("--columns"));
        assertThatThrownBy(() -> read(FLIGHTS, less, List.of("orgin"), new BatchLimits(10, 1)))
                .hasMessageContaining("the file has no column 'orgin', only date, delay");
    }

    @Test
    void refusesWhatIsNoParquetOrIsCutOff() throws IOException {
        Path text = Files.writeString(folder.resolve("text.parquet"), "id,name\n1,x\n");
        byte[] flights = Files.readAllBytes(FLIGHTS);
        Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(flights, flights.length / 2));
        byte[] changed = flights.clone();
        Arrays.fill(changed, 4, 3_000, (byte) 7);
        Path broken = Files.write(folder.resolve("broken.parquet"), changed);

        for (Path file : List.of(text, cut, broken)) {
            assertThatThrownBy(() -> read(file, FLIGHT_COLUMNS, 100_000))
                    .as("%s", file)
                    .isInstanceOfSatisfying(FloeException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(e.message()).contains("can't be read");
                    });
        }
    }

    private List<SourceBatch> read(Path file, List<Column> table, int batchRows) throws IOException {
        return read(file, table, List.of(), new BatchLimits(batchRows, 1));
    }

    private List<SourceBatch> read(Path file, List<Column> table, List<String> wanted, BatchLimits limits)
            throws IOException {
        List<SourceBatch> all = new ArrayList<>();
        try (ParquetSource source = new ParquetSource(file, FileColumns.of(table, wanted), limits, reports)) {
            for (SourceBatch batch = source.next(); batch != null; batch = source.next()) {
                all.add(batch);
            }
            assertThat(source.share()).isEqualTo(1.0);
        }
        return all;
    }

    private Path write(String select, String options) throws SQLException {
        Path file = folder.resolve("written.parquet");
        sql("COPY (" + select + ") TO '" + file + "' (FORMAT parquet" + options + ")");
        return file;
    }

    private static void sql(String statement) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement run = duckdb.createStatement()) {
            run.execute("SET TimeZone = 'UTC'");
            run.execute(statement);
        }
    }

    private static SourceBatch only(List<SourceBatch> batches) {
        assertThat(batches).hasSize(1);
        return batches.get(0);
    }

    private static long[] lastThree(long[] values) {
        return Arrays.copyOfRange(values, values.length - 3, values.length);
    }

    private static long[] delays(SourceBatch batch) {
        return ((ColumnarRows.Longs) ((ColumnarRows) batch.batch()).columns().get(0)).values();
    }

    /** The first row's values; fixed ones as hexadecimal. */
    private static Map<String, Object> firstValues(ColumnarRows rows) {
        Map<String, Object> values = new HashMap<>();
        for (ColumnarRows.ColumnData column : rows.columns()) {
            if (column.present() == null) {
                values.put(column.name(), firstValue(column));
            }
        }
        return values;
    }

    private static Object firstValue(ColumnarRows.ColumnData column) {
        if (column instanceof ColumnarRows.Booleans booleans) {
            return booleans.values()[0];
        }
        if (column instanceof ColumnarRows.Ints ints) {
            return ints.values()[0];
        }
        if (column instanceof ColumnarRows.Longs longs) {
            return longs.values()[0];
        }
        if (column instanceof ColumnarRows.Floats floats) {
            return floats.values()[0];
        }
        if (column instanceof ColumnarRows.Doubles doubles) {
            return doubles.values()[0];
        }
        if (column instanceof ColumnarRows.Fixed fixed) {
            return column.name().equals("u")
                    ? HexFormat.of().formatHex(fixed.data())
                    : new BigInteger(fixed.data()).toString(16);
        }
        ColumnarRows.Bytes bytes = (ColumnarRows.Bytes) column;
        return new String(bytes.data(), StandardCharsets.UTF_8);
    }

    private static Map<Object, @Nullable Object> mapOf(
            String first, @Nullable Object one, String second, @Nullable Object two) {
        Map<Object, @Nullable Object> map = new HashMap<>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    private static long micros(String text) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    }
}
