package dev.floe.cli.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.StructFields;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSourceTest {
    private static final int ROW_BYTES_MAX = 100;
    private static final List<Column> TABLE = List.of(
            Column.required("id", Primitive.LONG),
            Column.optional("name", Primitive.STRING),
            Column.optional("amount", Primitive.DOUBLE));

    @Test
    void readsJsonLinesByName() throws IOException {
        List<SourceRow> rows = json("{\"name\":\"a\",\"id\":1}\n\n{\"id\":2,\"amount\":0.5,\"name\":null}");

        assertThat(rows).extracting(SourceRow::number).containsExactly(1L, 3L);
        assertThat(values(rows.get(0))).containsExactly(1L, "a", null);
        assertThat(values(rows.get(1))).containsExactly(2L, null, 0.5);
    }

    /** A column that is not in a batch keeps its stored values, one that is NULL in it does not. */
    @Test
    void sendsOnlyTheFieldsOfALineWhereOthersAreKept() throws IOException {
        String text =
                "{\"id\":1,\"name\":\"a\"}\n{\"name\":null,\"id\":2}\n{\"id\":3}\nno row\n{\"id\":4}\n{\"name\":\"b\"}";
        RowReports reports = new RowReports(new PrintWriter(Writer.nullWriter()), 0);
        JsonLines lines = new JsonLines(stream(text), TABLE, Set.of("name", "amount"), ROW_BYTES_MAX);
        List<String> batches = new ArrayList<>();
        try (RowBatches source = new RowBatches(lines, new BatchLimits(10, 1), reports)) {
            for (SourceBatch batch = source.next(); batch != null; batch = source.next()) {
                Batch.Rows rows = (Batch.Rows) batch.batch();
                batches.add(rows.columns() + " "
                        + rows.rows().stream().map(Arrays::toString).toList());
            }
            assertThat(source.read()).isEqualTo(6);
        }

        // the key is there even where the line has none: the server says what is wrong
        assertThat(batches)
                .containsExactly("[id, name] [[1, a], [2, null]]", "[id] [[3], [4]]", "[id, name] [[null, b]]");
        assertThat(reports.refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "1",
                "{\"id\":1",
                "{\"id\":1} {\"id\":2}",
                "{\"id\":1,\"id\":2}",
                "{\"id\":\"1\"}",
                "{\"id\":1.5}",
                "{\"id\":9223372036854775808}",
                "{\"id\":true}",
                "{\"amount\":\"1\"}",
                "{\"amount\":1e999}",
                "{\"name\":5}",
                "{\"other\":5}",
                "{'id':1}",
                "not json at all"
            })
    void reportsABadLineAndGoesOn(String line) throws IOException {
        List<SourceRow> rows = json("{\"id\":1}\n" + line + "\n{\"id\":3}\n");

        assertThat(rows).extracting(SourceRow::number).containsExactly(1L, 2L, 3L);
        assertThat(rows.get(1)).isInstanceOf(SourceRow.Bad.class);
        assertThat(values(rows.get(2))[0]).isEqualTo(3L);
    }

    @Test
    void reportsALineThatIsTooLong() throws IOException {
        List<SourceRow> rows = json("{\"name\":\"" + "x".repeat(1000) + "\"}\n{\"id\":2}");

        assertThat(why(rows.get(0)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(values(rows.get(1))[0]).isEqualTo(2L);
    }

    @Test
    void reportsALineThatIsNotUtf8() throws IOException {
        byte[] bytes = "{\"name\":\"?\"}\n{\"id\":2}\n".getBytes(StandardCharsets.UTF_8);
        bytes[9] = (byte) 0xff;

        List<SourceRow> rows = all(new JsonLines(new ByteArrayInputStream(bytes), TABLE, Set.of(), ROW_BYTES_MAX));

        assertThat(rows.get(0)).isInstanceOf(SourceRow.Bad.class);
        assertThat(values(rows.get(1))[0]).isEqualTo(2L);
    }

    @Test
    void readsNestedJson() throws IOException {
        List<Column> nested = List.of(
                Column.optional("l", new ColumnType.ListOf(Column.optional("element", Primitive.INT))),
                Column.optional(
                        "m",
                        new ColumnType.MapOf(
                                Column.required("key", Primitive.LONG), Column.optional("value", Primitive.BOOLEAN))),
                Column.optional(
                        "s", new ColumnType.Struct(List.of(Column.optional("zip", new ColumnType.Decimal(9, 2))))),
                Column.optional("b", Primitive.BINARY));
        String line = "{\"l\":[1,null],\"m\":{\"7\":true},\"s\":{\"zip\":1.10},\"b\":\"AQI=\"}";

        @Nullable
        Object[] values = values(all(lines(line, nested, ROW_BYTES_MAX)).get(0));

        assertThat(values[0]).isEqualTo(Arrays.asList(1L, null));
        assertThat(values[1]).isEqualTo(Map.of(7L, true));
        assertThat(values[2]).isEqualTo(new StructFields(Map.of("zip", new BigDecimal("1.10"))));
        assertThat(values[3]).isEqualTo(new byte[] {1, 2});
    }

    @Test
    void blamesTheFieldOfANestedMistake() throws IOException {
        List<Column> nested =
                List.of(Column.optional("s", new ColumnType.Struct(List.of(Column.optional("zip", Primitive.INT)))));

        assertThat(why(all(lines("{\"s\":{\"zip\":\"x\"}}", nested, ROW_BYTES_MAX))
                                .get(0))
                        .fieldPath())
                .isEqualTo("s.zip");
        assertThat(why(all(lines("{\"s\":{\"zap\":1}}", nested, ROW_BYTES_MAX)).get(0))
                        .code())
                .isEqualTo(ErrorCode.UNKNOWN_COLUMN);
    }

    @Test
    void readsCsvByItsHeading() throws IOException {
        List<SourceRow> rows = csv("\ufeffname,id\r\n\"a,\"\"b\"\"\nc\",1\r\n,2\n\"\",3");

        assertThat(rows).extracting(SourceRow::number).containsExactly(1L, 2L, 3L);
        assertThat(values(rows.get(0))).containsExactly("a,\"b\"\nc", 1L);
        assertThat(values(rows.get(1))).containsExactly(null, 2L);
        assertThat(values(rows.get(2))).containsExactly("", 3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x,5", "1", "1,a,5", "1.5,a", "1,\"a\"b", "1,a\"b", "99999999999999999999,a", "0x10,a"})
    void reportsABadRecordAndGoesOn(String record) throws IOException {
        List<SourceRow> rows = csv("id,name\n1,a\n" + record + "\n3,c\n");

        assertThat(rows).extracting(SourceRow::number).containsExactly(1L, 2L, 3L);
        assertThat(rows.get(1)).isInstanceOf(SourceRow.Bad.class);
        assertThat(values(rows.get(2))).containsExactly(3L, "c");
    }

    @Test
    void reportsARecordThatIsTooLong() throws IOException {
        List<SourceRow> rows = csv("id,name\n1," + "x".repeat(1000) + "\n2,b\n");

        assertThat(why(rows.get(0)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(values(rows.get(1))).containsExactly(2L, "b");
    }

    @Test
    void reportsARecordThatIsNotUtf8() throws IOException {
        byte[] bytes = "name,id\n?,1\nb,2\n".getBytes(StandardCharsets.UTF_8);
        bytes[8] = (byte) 0xff;
        CsvRecords records = new CsvRecords(new ByteArrayInputStream(bytes), ROW_BYTES_MAX);

        List<SourceRow> rows = all(CsvRows.withHeading(records, TABLE));

        assertThat(why(rows.get(0)).code()).isEqualTo(ErrorCode.INVALID_UTF8);
        assertThat(values(rows.get(1))).containsExactly("b", 2L);
    }

    @Test
    void reportsAQuoteThatNeverCloses() throws IOException {
        List<SourceRow> rows = csv("id,name\n1,a\n2,\"b\n3,c\n");

        assertThat(rows).hasSize(2);
        assertThat(why(rows.get(1)).message()).contains("closing quote");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "id,other\n", "id,id\n", "id,\n"})
    void refusesAHeadingThatDoesNotFit(String text) {
        assertThatThrownBy(() -> csv(text)).isInstanceOf(FloeException.class);
    }

    @Test
    void readsCsvWithoutAHeading() throws IOException {
        CsvRecords records = new CsvRecords(stream("1,a,NaN\n"), ROW_BYTES_MAX);

        List<SourceRow> rows = all(CsvRows.withoutHeading(records, TABLE));

        assertThat(values(rows.get(0))).containsExactly(1L, "a", Double.NaN);
    }

    private static List<SourceRow> json(String text) throws IOException {
        return all(lines(text, TABLE, ROW_BYTES_MAX));
    }

    private static JsonLines lines(String text, List<Column> columns, int bytesMax) {
        return new JsonLines(stream(text), columns, Set.of(), bytesMax);
    }

    private static List<SourceRow> csv(String text) throws IOException {
        return all(CsvRows.withHeading(new CsvRecords(stream(text), ROW_BYTES_MAX), TABLE));
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<SourceRow> all(RowSource source) throws IOException {
        List<SourceRow> rows = new ArrayList<>();
        for (SourceRow row = source.next(); row != null; row = source.next()) {
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable Object[] values(SourceRow row) {
        assertThat(row).isInstanceOf(SourceRow.Good.class);
        return ((SourceRow.Good) row).values();
    }

    private static FloeException why(SourceRow row) {
        assertThat(row).isInstanceOf(SourceRow.Bad.class);
        return ((SourceRow.Bad) row).why();
    }
}
