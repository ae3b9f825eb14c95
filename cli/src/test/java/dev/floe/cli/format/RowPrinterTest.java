package dev.floe.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.StructFields;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowPrinterTest {
    private static final List<Column> TWO =
            List.of(Column.optional("name", Primitive.STRING), Column.optional("count", Primitive.LONG));

    @Test
    void drawsATableWithNumbersToTheRight() {
        String text = print(ResultFormat.TABLE, TWO, row("a", 1L), row("bcd", 1234567L), row(null, null));

        assertThat(text).isEqualToNormalizingNewlines("""
                        name |   count
                        -----+--------
                        a    |       1
                        bcd  | 1234567
                        NULL |    NULL
                        """);
    }

    @Test
    void drawsAHeadingWithoutRows() {
        assertThat(print(ResultFormat.TABLE, TWO)).isEqualToNormalizingNewlines("name | count\n-----+------\n");
    }

    @Test
    void keepsControlCharactersFromTheTerminal() {
        String text = print(ResultFormat.TABLE, TWO, row("a\u001b[31m\nb\u202e", 1L));

        assertThat(text).contains("a\\u001b[31m\\nb\\u202e").doesNotContain("\u001b", "\u202e");
    }

    @Test
    void cutsLongCellsOfATableOnly() {
        String longText = "x".repeat(1000);

        assertThat(print(ResultFormat.TABLE, TWO, row(longText, 1L)))
                .hasSizeLessThan(500)
                .contains("\u2026");
        assertThat(print(ResultFormat.CSV, TWO, row(longText, 1L))).contains(longText);
    }

    @Test
    void printsRowsBeyondThoseHeldBack() {
        Object[][] rows =
                IntStream.range(0, 1200).mapToObj(i -> row("r" + i, (long) i)).toArray(Object[][]::new);

        assertThat(print(ResultFormat.TABLE, TWO, rows).lines()).hasSize(1202);
    }

    @Test
    void quotesCsvWhereItMust() {
        String text =
                print(ResultFormat.CSV, TWO, row("a,b", 1L), row("say \"x\"\n", null), row("", 2L), row(null, 3L));

        assertThat(text).isEqualTo("name,count\n\"a,b\",1\n\"say \"\"x\"\"\n\",\n\"\",2\n,3\n");
    }

    @Test
    void escapesTsv() {
        String text = print(ResultFormat.TSV, TWO, row("a\tb\\\n", 1L), row(null, null));

        assertThat(text).isEqualTo("name\tcount\na\\tb\\\\\\n\t1\n\\N\t\\N\n");
    }

    @Test
    void printsOneJsonObjectALine() {
        String text = print(ResultFormat.JSONL, TWO, row("a\n\u001b", Long.MAX_VALUE), row(null, null));

        assertThat(text).isEqualTo("""
                        {"name":"a\\n\\u001B","count":9223372036854775807}
                        {"name":null,"count":null}
                        """);
    }

    @Test
    void printsOneJsonArray() {
        assertThat(print(ResultFormat.JSON, TWO)).isEqualTo("[]\n");
        assertThat(print(ResultFormat.JSON, TWO, row("a", 1L), row("b", 2L)))
                .isEqualTo("[\n{\"name\":\"a\",\"count\":1},\n{\"name\":\"b\",\"count\":2}\n]\n");
    }

    @Test
    void keepsEveryColumnOfTheSameName() {
        List<Column> same = List.of(TWO.get(0), TWO.get(0), TWO.get(0));

        assertThat(print(ResultFormat.JSONL, same, row("a", "b", "c")))
                .isEqualTo("{\"name\":\"a\",\"name_2\":\"b\",\"name_3\":\"c\"}\n");
    }

    @Test
    void printsValuesOfEveryType() {
        List<Column> one = List.of(Column.optional("x", new ColumnType.ListOf(TWO.get(0))));

        assertThat(json(one, new BigDecimal("1E+3"))).isEqualTo("\"1000\"");
        assertThat(json(one, Double.NaN)).isEqualTo("\"NaN\"");
        assertThat(json(one, 0.1f)).isEqualTo("0.1");
        assertThat(json(one, new byte[] {1, 2})).isEqualTo("\"AQI=\"");
        assertThat(json(one, LocalDate.of(2024, 1, 31))).isEqualTo("\"2024-01-31\"");
        assertThat(json(one, LocalDateTime.of(2024, 1, 31, 0, 0))).isEqualTo("\"2024-01-31T00:00:00\"");
        assertThat(json(one, Instant.EPOCH)).isEqualTo("\"1970-01-01T00:00:00Z\"");
        assertThat(json(one, List.of(1, 2L))).isEqualTo("[1,2]");
        assertThat(json(one, Map.of("k", List.of(true)))).isEqualTo("{\"k\":[true]}");
        assertThat(json(one, new StructFields(Map.of("f", 1)))).isEqualTo("{\"f\":1}");
        assertThat(print(ResultFormat.CSV, one, row(List.of("a", "b")))).isEqualTo("x\n\"[\"\"a\"\",\"\"b\"\"]\"\n");
    }

    private static String json(List<Column> one, Object value) {
        String line = print(ResultFormat.JSONL, one, row(value));
        return line.substring("{\"x\":".length(), line.length() - 2);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    private static String print(ResultFormat format, List<Column> columns, @Nullable Object[]... rows) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        RowPrinter printer = RowPrinter.of(format, columns, writer);
        for (Object[] row : rows) {
            printer.row(row);
        }
        printer.end();
        writer.flush();
        return out.toString();
    }
}
