package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The least numbers, NaN, NULLs in windows, UUIDs as text, long lists: the same where DuckDB helps and row by row. */
class OddValuesTest {
    private static final String ONE = "00000000-0000-0000-0000-000000000001";
    private static final List<List<Integer>> UNNESTED =
            List.of(List.of(1, 5, 1), List.of(1, 6, 2), List.of(Integer.MIN_VALUE, 8, 1));

    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void tables() {
        fixture = new EngineFixture(folder);
        TableDefinition odd = fixture.create(
                "default",
                "odd",
                List.of("k"),
                List.of(),
                Types.NestedField.required(1, "k", Types.IntegerType.get()),
                Types.NestedField.optional(2, "l", Types.LongType.get()),
                Types.NestedField.optional(3, "d", Types.DoubleType.get()),
                Types.NestedField.optional(4, "u", Types.UUIDType.get()),
                Types.NestedField.optional(5, "s", Types.StringType.get()),
                Types.NestedField.optional(6, "q", Types.IntegerType.get()),
                Types.NestedField.optional(7, "ts", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(8, "arr", Types.ListType.ofOptional(9, Types.IntegerType.get())),
                Types.NestedField.optional(
                        10, "m", Types.MapType.ofOptional(11, 12, Types.StringType.get(), Types.LongType.get())));
        LocalDateTime at = LocalDateTime.of(2026, 1, 31, 0, 0);
        fixture.upsert(
                odd,
                List.of(
                        Arrays.asList(1, 10L, 1.5, UUID.fromString(ONE), "5", 3, at, List.of(5, 6), Map.of("a", 1L)),
                        Arrays.asList(2, 1_234L, Double.NaN, new UUID(0, 2), "7", null, at, null, null),
                        Arrays.asList(
                                3, Long.MAX_VALUE, Double.POSITIVE_INFINITY, null, "x", 5, null, List.of(), Map.of()),
                        Arrays.asList(
                                Integer.MIN_VALUE,
                                Long.MIN_VALUE,
                                null,
                                new UUID(-1, -1),
                                null,
                                9,
                                at,
                                List.of(8),
                                Map.of("z", 2L))));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ABS(k) FROM odd WHERE k = -2147483648",
                "SELECT ABS(CAST(k / 65536 AS SMALLINT)) FROM odd WHERE k = -2147483648",
                "SELECT ABS(l) FROM odd",
                "SELECT COUNT(*) FROM odd WHERE ABS(k) > 0",
                "SELECT ABS(CAST(-2147483648 AS INT))",
                "SELECT ABS(-9223372036854775807 - 1)",
                "SELECT ROUND(l, -3) FROM odd WHERE k < 0",
                "SELECT ROUND(l, -3) FROM odd WHERE k = 3",
                "SELECT l / -1 FROM odd"
            })
    void whatDoesNotFitIsAnError(String sql) {
        assertFails(sql, ErrorCode.VALUE_OUT_OF_RANGE, "");
    }

    @Test
    void remaindersOfTheLeastNumbersFit() {
        assertRows("SELECT MOD(k, -1), MOD(l, -1), MOD(l, k), l % 10 FROM odd WHERE k < 0", Arrays.asList(0, 0, 0, -8));
        assertRows("SELECT ROUND(l, -2), ABS(l), ABS(k) FROM odd WHERE k = 2", Arrays.asList(1_200L, 1_234L, 2));
    }

    @Test
    void nanEqualsNothing() {
        String nan = "CAST('NaN' AS DOUBLE)";
        for (String sign : List.of("=", "<", ">", "<=", ">=")) {
            assertRows("SELECT k FROM odd WHERE d " + sign + " " + nan);
            assertThat(fixture.select("SELECT k FROM odd WHERE d " + sign + " ?", Double.NaN))
                    .isEmpty();
        }
        assertRows("SELECT COUNT(*) FROM odd WHERE d <> " + nan, List.of(3L));
        assertRows("SELECT k FROM odd WHERE d = CAST('Infinity' AS DOUBLE)", List.of(3));
        assertRows("SELECT COUNT(*) FROM odd WHERE d IN (1.5, CAST('Infinity' AS DOUBLE), " + nan + ")", List.of(2L));
    }

    @Test
    void textBesideUuidsIsOne() {
        assertRows("SELECT k FROM odd WHERE u = '" + ONE + "'", List.of(1));
        assertRows("SELECT k FROM odd WHERE '" + ONE + "' = u", List.of(1));
        assertRows("SELECT k FROM odd WHERE u IN ('" + ONE + "', '" + new UUID(0, 9) + "')", List.of(1));
        assertRows("SELECT k, CAST(u AS VARCHAR) FROM odd WHERE u = UUID '" + ONE + "'", List.of(1, ONE));
        assertFails("SELECT k FROM odd WHERE u = 'abc'", ErrorCode.VALUE_OUT_OF_RANGE, "'abc' is no UUID");
    }

    @Test
    void ranksAreParts() {
        assertRows(
                "SELECT k, PERCENT_RANK() OVER (ORDER BY q), CUME_DIST() OVER (ORDER BY q NULLS FIRST) FROM odd"
                        + " WHERE q IS NOT NULL ORDER BY q",
                List.of(1, 0.0, 1 / 3.0),
                List.of(3, 0.5, 2 / 3.0),
                List.of(Integer.MIN_VALUE, 1.0, 1.0));
        assertRows("SELECT PERCENT_RANK() OVER (PARTITION BY k ORDER BY q) FROM odd WHERE k = 1", List.of(0.0));
    }

    @Test
    void defaultsAreForRowsThatAreNotThere() {
        assertRows(
                "SELECT LEAD(q, 2, -99) OVER (ORDER BY k), LAG(q, 1, -1) OVER (ORDER BY k), LEAD(l, 3, 0)"
                        + " OVER (ORDER BY k) FROM odd ORDER BY k",
                Arrays.asList(null, -1, Long.MAX_VALUE),
                Arrays.asList(5, 9, 0L),
                Arrays.asList(-99, 3, 0L),
                Arrays.asList(-99, null, 0L));
    }

    @Test
    void collectionsUnnest() {
        List<List<@Nullable Object>> rows = UNNESTED.stream()
                .map(row -> Arrays.<@Nullable Object>asList(row.toArray()))
                .toList();
        String ordinal = "SELECT k, e, o FROM odd CROSS JOIN UNNEST(odd.arr) WITH ORDINALITY AS t (e, o)";
        for (CalciteQueryEngine engine : List.of(fixture.engine, fixture.reference)) {
            assertThat(EngineFixture.select(engine, EngineFixture.READER, ordinal))
                    .containsExactlyInAnyOrderElementsOf(rows);
        }
        // the table has times, which the unnested column is beside
        assertRows(
                "SELECT k, ts, a, b FROM odd, UNNEST(m) AS t (a, b) WHERE k = 1",
                List.of(1, LocalDateTime.of(2026, 1, 31, 0, 0), "a", 1L));
        assertRows(
                "SELECT e, o FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t (e, o)",
                List.of("a", 1),
                List.of("b", 2));
    }

    @ParameterizedTest
    @CsvSource({"l, 1", "s, 2", "u, 0"})
    void listsMayBeLong(String column, long found) {
        long all = (Long) Objects.requireNonNull(
                fixture.select("SELECT COUNT(" + column + ") FROM odd").get(0).get(0));
        String values = IntStream.range(0, 10_000)
                .mapToObj(i -> switch (column) {
                    case "l" -> i == 10 ? "1234" : String.valueOf(i + 100_000);
                    case "s" -> "'" + i + "'";
                    default -> "'" + Integer.toHexString(i + 2) + "-0-0-0-0'";
                })
                .collect(Collectors.joining(","));
        assertRows("SELECT COUNT(*) FROM odd WHERE " + column + " IN (" + values + ")", List.of(found));
        assertRows("SELECT COUNT(*) FROM odd WHERE " + column + " NOT IN (" + values + ")", List.of(all - found));
        assertRows(
                "SELECT COUNT(*) FROM odd WHERE (" + column + " NOT IN (" + values + ")) IS NOT FALSE",
                List.of(rows() - found));
    }

    private long rows() {
        return (Long) Objects.requireNonNull(
                fixture.select("SELECT COUNT(*) FROM odd").get(0).get(0));
    }

    /** They took all memory, and a chain in DuckDB its stack. */
    @ParameterizedTest
    @ValueSource(strings = {"d NOT IN (", "d IN ("})
    void listsOfValuesThatEqualInSeveralFormsAreRefusedWhereTheyAreLong(String condition) {
        String values = IntStream.range(0, 9_000).mapToObj(i -> i + ".5").collect(Collectors.joining(","));
        assertThatThrownBy(() -> fixture.select("SELECT COUNT(*) FROM odd WHERE " + condition + values + ")"))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TOO_COMPLEX));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT CAST('abc' AS INT) | 'abc' is no INTEGER",
                "SELECT k FROM odd WHERE k = 'abc' | 'abc' is no INTEGER",
                "SELECT CAST(s AS BIGINT) FROM odd | 'x' is no BIGINT",
                "SELECT CAST('99999999999' AS INT) | '99999999999' is no INTEGER",
                "SELECT CAST(s AS DOUBLE) FROM odd | 'x' is no DOUBLE",
                "SELECT CAST(s AS DECIMAL(5, 2)) FROM odd | 'x' is no DECIMAL",
                "SELECT CAST(d AS BIGINT) FROM odd WHERE k = 2 | NaN is no BIGINT",
                "SELECT CAST(d AS DECIMAL(5, 2)) FROM odd WHERE k = 3 | Infinity is no DECIMAL"
            })
    void castsSayWhatIsNoValue(String sql, String message) {
        assertFails(sql, ErrorCode.VALUE_OUT_OF_RANGE, message);
    }

    private static void assertRows(String sql, List<?>... rows) {
        List<String> expected = Arrays.stream(rows).map(List::toString).toList();
        for (CalciteQueryEngine engine : List.of(fixture.engine, fixture.reference)) {
            assertThat(EngineFixture.select(engine, EngineFixture.READER, sql).stream()
                            .map(List::toString)
                            .toList())
                    .as("%.200s", sql)
                    .isEqualTo(expected);
        }
    }

    private static void assertFails(String sql, ErrorCode code, String message) {
        for (CalciteQueryEngine engine : List.of(fixture.engine, fixture.reference)) {
            assertThatThrownBy(() -> EngineFixture.select(engine, EngineFixture.READER, sql))
                    .as(sql)
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(message);
        }
    }
}
