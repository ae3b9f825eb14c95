package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.storage.column.RowOperation;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements over tables of real files: results, types, times to the microsecond, tenants, mistakes. */
class SqlOverTablesTest {
    private static final LocalDateTime AT = LocalDateTime.of(2001, 1, 1, 0, 2, 3, 456_789_000);

    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void tables() {
        fixture = new EngineFixture(folder);
        TableDefinition flights = fixture.create(
                "default",
                "flights",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.required(2, "date", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(3, "delay", Types.LongType.get()),
                Types.NestedField.optional(4, "origin", Types.StringType.get()),
                Types.NestedField.optional(5, "fare", Types.DecimalType.of(10, 2)));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = 0; id < 1_000; id++) {
            rows.add(Arrays.asList(
                    id,
                    AT.plusSeconds(id),
                    id % 10 == 0 ? null : id % 60,
                    id % 3 == 0 ? "SEA" : "ABQ",
                    BigDecimal.valueOf(id, 2)));
        }
        fixture.upsert(flights, rows);
        fixture.upsert(flights, List.of(Arrays.asList(7L, AT, 1_000L, "ZÜR", new BigDecimal("1.50"))));
        fixture.write(flights, RowOperation.DELETE, List.of(Arrays.asList(9L, AT, null, null, null)));
        TableDefinition airports = fixture.create(
                "default",
                "airports",
                List.of("code"),
                List.of(),
                Types.NestedField.required(1, "code", Types.StringType.get()),
                Types.NestedField.optional(2, "City Name", Types.StringType.get()));
        fixture.upsert(
                airports, List.of(List.of("SEA", "Seattle"), List.of("ABQ", "Albuquerque"), List.of("ZÜR", "Zürich")));
        every();
        fixture.catalog.tenants().create(new TenantName("other"));
        fixture.create(
                "other", "secrets", List.of(), List.of(), Types.NestedField.required(1, "s", Types.StringType.get()));
    }

    private static void every() {
        TableDefinition every = fixture.create(
                "default",
                "every_type",
                List.of("u"),
                List.of(),
                Types.NestedField.required(1, "u", Types.UUIDType.get()),
                Types.NestedField.optional(2, "b", Types.BooleanType.get()),
                Types.NestedField.optional(3, "i", Types.IntegerType.get()),
                Types.NestedField.optional(4, "f", Types.FloatType.get()),
                Types.NestedField.optional(5, "d", Types.DoubleType.get()),
                Types.NestedField.optional(6, "wide", Types.DecimalType.of(38, 10)),
                Types.NestedField.optional(7, "bin", Types.BinaryType.get()),
                Types.NestedField.optional(8, "day", Types.DateType.get()),
                Types.NestedField.optional(9, "tm", Types.TimeType.get()),
                Types.NestedField.optional(10, "tz", Types.TimestampType.withZone()),
                Types.NestedField.optional(11, "l", Types.ListType.ofOptional(12, Types.IntegerType.get())),
                Types.NestedField.optional(
                        13, "m", Types.MapType.ofOptional(14, 15, Types.StringType.get(), Types.LongType.get())),
                Types.NestedField.optional(
                        16,
                        "st",
                        Types.StructType.of(
                                Types.NestedField.optional(17, "x", Types.IntegerType.get()),
                                Types.NestedField.optional(18, "at", Types.TimestampType.withoutZone()))));
        fixture.upsert(every, List.of(EveryType.row(every), EveryType.nulls()));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void countsLiveRowsOnly() {
        assertThat(fixture.select("SELECT COUNT(*) FROM flights")).containsExactly(List.of(999L));
        assertThat(fixture.select("SELECT delay, origin FROM flights WHERE id = 7"))
                .containsExactly(List.of(1_000L, "ZÜR"));
        assertThat(fixture.select("SELECT id FROM flights WHERE id IN (8, 9, 10) ORDER BY id"))
                .containsExactly(List.of(8L), List.of(10L));
    }

    @Test
    void joinsAggregatesSortsAndLimits() {
        assertThat(fixture.select("""
                SELECT a."City Name" AS city, COUNT(*) AS n, SUM(f.fare) AS fares
                FROM flights f JOIN airports a ON f.origin = a.code
                GROUP BY a."City Name" HAVING COUNT(*) > 1 ORDER BY n DESC LIMIT 5"""))
                .containsExactly(
                        List.of("Albuquerque", 665L, new BigDecimal("3326.60")),
                        List.of("Seattle", 333L, new BigDecimal("1668.24")));
        assertThat(fixture.select("SELECT id FROM flights ORDER BY id DESC LIMIT 2 OFFSET 1"))
                .containsExactly(List.of(998L), List.of(997L));
        assertThat(fixture.select("SELECT id FROM flights LIMIT 3")).hasSize(3);
        assertThat(fixture.select("SELECT COUNT(*) FROM flights WHERE delay IS NULL"))
                .containsExactly(List.of(100L));
        assertThat(fixture.select("""
                SELECT id FROM flights f WHERE delay > (SELECT MAX(delay) - 1 FROM flights g WHERE g.origin = f.origin)
                AND EXISTS (SELECT 1 FROM airports a WHERE a.code = f.origin)
                AND origin = 'ZÜR'""")).containsExactly(List.of(7L));
        assertThat(fixture.select("""
                SELECT id, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY date DESC) AS n, MAX(date) OVER () AS last
                FROM flights WHERE id < 3 ORDER BY id"""))
                .containsExactly(
                        List.of(0L, 1L, AT.plusSeconds(2)),
                        List.of(1L, 2L, AT.plusSeconds(2)),
                        List.of(2L, 1L, AT.plusSeconds(2)));
    }

    @Test
    void anIntervalGoesBackAsItGoesForth() {
        assertThat(fixture.select("SELECT date - INTERVAL '1' DAY, date - INTERVAL '2' HOUR,"
                        + " CAST(date - INTERVAL '1' MONTH AS DATE) FROM flights WHERE id = 1"))
                .containsExactly(List.of(
                        AT.plusSeconds(1).minusDays(1), AT.plusSeconds(1).minusHours(2), LocalDate.of(2000, 12, 1)));
        assertThat(fixture.select(
                        "SELECT id FROM flights WHERE date - INTERVAL '1' DAY < TIMESTAMP '2000-12-31 00:02:04'"
                                + " AND id <> 7"))
                .containsExactly(List.of(0L));
    }

    @Test
    void timesKeepTheirMicroseconds() {
        assertThat(fixture.select(
                        "SELECT date, MIN(date), CAST(date AS VARCHAR) FROM flights WHERE id = 1 GROUP BY date"))
                .containsExactly(List.of(AT.plusSeconds(1), AT.plusSeconds(1), "2001-01-01 00:02:04.456789"));
        assertThat(fixture.select("SELECT id FROM flights WHERE date = TIMESTAMP '2001-01-01 00:02:04.456789'"))
                .containsExactly(List.of(1L));
        assertThat(fixture.select("SELECT id FROM flights WHERE date = TIMESTAMP '2001-01-01 00:02:04.456'"))
                .isEmpty();
        assertThat(fixture.select(
                        "SELECT id FROM flights WHERE date < '2001-01-01 00:02:04.456790' AND id <> 7 ORDER BY 1"))
                .containsExactly(List.of(0L), List.of(1L));
        assertThat(fixture.select("SELECT date + INTERVAL '1' DAY, FLOOR(date TO MINUTE), EXTRACT(SECOND FROM date),"
                        + " CAST(date AS DATE), CAST(date AS TIME) FROM flights WHERE id = 1"))
                .containsExactly(List.of(
                        AT.plusSeconds(1).plusDays(1),
                        LocalDateTime.of(2001, 1, 1, 0, 2),
                        4L,
                        LocalDate.of(2001, 1, 1),
                        AT.plusSeconds(1).toLocalTime()));
        assertThat(fixture.select(
                        "SELECT id FROM flights WHERE date BETWEEN ? AND ? AND id > 990 ORDER BY id",
                        AT.plusSeconds(998),
                        AT.plusSeconds(999)))
                .containsExactly(List.of(998L), List.of(999L));
        assertThat((LocalDateTime)
                        fixture.select("SELECT LOCALTIMESTAMP").get(0).get(0))
                .isAfter(LocalDateTime.of(2025, 1, 1, 0, 0));
    }

    @Test
    void everyTypeComesBack() {
        List<List<@Nullable Object>> rows = fixture.select("SELECT * FROM every_type ORDER BY b");
        assertThat(rows.get(0))
                .isEqualTo(EveryType.row(fixture.catalog
                        .tables()
                        .find(TableName.of("default", "every_type"))
                        .orElseThrow()));
        assertThat(rows.get(1)).isEqualTo(EveryType.nulls());
        assertThat(fixture.select(
                        "SELECT l[1], m['a'], e.st.x, e.st.at FROM every_type e WHERE tm = TIME '10:11:12.000013'"))
                .containsExactly(List.of(1, 5L, 3, LocalDateTime.of(2020, 1, 2, 3, 4, 5, 6_000)));
        assertThat(fixture.select("SELECT tz, wide FROM every_type WHERE u = ?", EveryType.ID))
                .containsExactly(List.of(
                        OffsetDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000, ZoneOffset.UTC),
                        new BigDecimal("1234567890123456789012345678.0123456789")));
        assertThat(fixture.select("SELECT MAX(tm), COUNT(DISTINCT day) FROM every_type"))
                .containsExactly(List.of(LocalTime.of(10, 11, 12, 13_000), 1L));
    }

    @Test
    void parametersHaveTheTypesOfTheirColumns() {
        assertThat(fixture.select(
                        "SELECT id FROM flights WHERE fare = ? AND origin = ?", new BigDecimal("0.06"), "SEA"))
                .containsExactly(List.of(6L));
        assertThat(fixture.select("SELECT COUNT(*) FROM flights WHERE id = ?", (Object) null))
                .containsExactly(List.of(0L));
    }

    @Test
    void explainShowsWhatIsPushedDown() {
        assertThat(fixture.select("EXPLAIN PLAN FOR SELECT origin FROM flights WHERE id = 5")
                        .toString())
                .contains("FloeScan", "columns=[[id, origin]]", "prune=[[=($0, 5)]]");
        assertThat(fixture.select("EXPLAIN PLAN FOR SELECT origin, COUNT(*) FROM flights WHERE id > 5 GROUP BY origin")
                        .toString())
                .contains("columns=[[id, origin]]");
        assertThat(fixture.select("EXPLAIN PLAN FOR SELECT origin FROM flights LIMIT 5")
                        .toString())
                .contains("columns=[[origin]]", "limit=[5]");
    }

    @Test
    void explainSaysWhoComputesWhatAndWhatIsLeftOut() {
        assertThat(lines("EXPLAIN PLAN FOR SELECT origin, COUNT(*) FROM flights WHERE id > 100000 GROUP BY origin"))
                .startsWith("DuckDB")
                .contains("scan of flights in DuckDB: files ", ", kept 0,", "rows of the tail 0")
                .doesNotContain(", by bounds 0;", "Enumerable");
        assertThat(lines("EXPLAIN PLAN FOR SELECT MAX(UPPER(origin)) FROM flights JOIN airports ON origin = code"))
                .contains("EnumerableFragment", "scan of flights in DuckDB", "scan of airports in DuckDB");
        assertThat(lines("EXPLAIN PLAN FOR SELECT l FROM every_type")).contains("scan of every_type in Enumerable");
        assertThat(lines("EXPLAIN ANALYZE SELECT origin FROM flights WHERE id < 10"))
                .startsWith("DuckDB")
                .containsPattern("returned 9 rows in [0-9.]+ ms");
        assertThat(lines("EXPLAIN ANALYZE SELECT origin FROM flights WHERE id IN (1, 2, 9)"))
                .contains("lookup in flights of 3 keys")
                .containsPattern("returned 2 rows in [0-9.]+ ms");
        assertThat(lines("EXPLAIN ANALYZE SELECT UPPER(origin), l FROM flights, every_type WHERE id < 10"))
                .containsPattern("returned 18 rows in [0-9.]+ ms");
        assertThatThrownBy(() -> lines("EXPLAIN ANALYZE DELETE FROM flights WHERE id = 1"))
                .hasMessageContaining("changes of rows");
    }

    private static String lines(String sql) {
        return fixture.select(sql).stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aTenantSeesOnlyItsOwn() {
        Principal other = new Principal(new TenantName("other"), "k2", Set.of(Role.READER));
        assertThat(fixture.select(other, "SELECT * FROM secrets")).isEmpty();
        assertThatThrownBy(() -> fixture.select("SELECT * FROM secrets")).hasMessageContaining("'secrets' not found");
        assertThatThrownBy(() -> fixture.select("SELECT * FROM other.secrets")).hasMessageContaining("not found");
        assertThatThrownBy(() -> fixture.select(other, "SELECT * FROM flights")).hasMessageContaining("not found");
        Principal writer = new Principal(TenantName.DEFAULT, "k3", Set.of(Role.WRITER));
        assertThatThrownBy(() -> fixture.select(writer, "SELECT 1")).hasMessageContaining("READER");
    }

    @Test
    void aNameMayBeginWithTheCatalogAndTheTenant() {
        Principal other = new Principal(new TenantName("other"), "k2", Set.of(Role.READER));
        assertThat(fixture.select("SELECT COUNT(*) FROM floe.\"default\".flights f WHERE f.id > 1"))
                .isEqualTo(fixture.select("SELECT COUNT(*) FROM flights WHERE id > 1"));
        assertThat(fixture.select(other, "SELECT * FROM floe.other.secrets")).isEmpty();
        assertThatThrownBy(() -> fixture.select("SELECT * FROM floe.other.secrets"))
                .hasMessageContaining("not found");
        Principal namesake = new Principal(new TenantName("floe"), "k4", Set.of(Role.READER));
        assertThat(fixture.select(namesake, "SELECT 1")).hasSize(1);
        assertThatThrownBy(() -> fixture.select(namesake, "SELECT * FROM floe.\"default\".flights"))
                .hasMessageContaining("not found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELEC 1",
                "",
                "SELECT",
                "SELECT nope FROM flights",
                "SELECT * FROM nope",
                "SELECT 1; SELECT 2",
                "INSERT INTO flights VALUES (1)",
                "DELETE FROM flights",
                "DROP TABLE flights",
                "CREATE TABLE x (a INT)",
                "SET x = 1",
                "SELECT id + origin FROM flights",
                "SELECT ?",
                "SELECT id / 0 FROM flights WHERE id = 1",
                "SELECT 1 / 0",
                "SELECT MOD(5, 0)",
                "SELECT id, LN(0) FROM flights",
                "SELECT CAST('abc' AS DATE)",
                "SELECT CAST('2025-02-30' AS DATE) FROM flights",
                "SELECT CAST(9223372036854775807 AS BIGINT) + 1",
                "SELECT CAST(origin AS INTEGER) FROM flights",
                "SELECT CAST('2001-13-45' AS TIMESTAMP)",
                "SELECT REPEAT('x', 1000000000)",
                "SELECT * FROM flights WHERE date = 'yesterday'"
            })
    void mistakesAreNamed(String sql) {
        assertThatThrownBy(() -> fixture.select(sql)).isInstanceOf(FloeException.class);
        assertThatThrownBy(() -> fixture.select(sql)).isInstanceOf(FloeException.class);
    }

    @Test
    void errorsNameLineAndColumn() {
        assertThatThrownBy(() -> fixture.select("SELECT id,\n nope FROM flights"))
                .hasMessageContaining("line 2, column 2")
                .hasMessageContaining("nope");
        assertThatThrownBy(() -> fixture.select("SELECT date, date, nope FROM flights"))
                .hasMessageContaining("line 1, column 20");
    }

    @Test
    void arithmeticIsWideOrAnError() {
        assertThat(fixture.select("SELECT SUM(delay), AVG(delay), AVG(fare), SUM(id + 9223372036854774000) FROM flights"
                        + " WHERE id IN (1, 2)"))
                .containsExactly(List.of(
                        new BigDecimal("3"),
                        1.5,
                        new BigDecimal("0.01500000"),
                        new BigDecimal("18446744073709548003")));
        assertThat(fixture.select(
                        "SELECT id, SUM(delay) OVER (ORDER BY id) FROM flights WHERE id IN (1, 2) ORDER BY 1"))
                .containsExactly(List.of(1L, new BigDecimal("1")), List.of(2L, new BigDecimal("3")));
        assertThatThrownBy(() -> fixture.select("SELECT id * 9223372036854775807 FROM flights WHERE id = 2"))
                .isInstanceOf(FloeException.class)
                .hasMessageContaining("overflow");
        assertThatThrownBy(() -> fixture.select("SELECT CAST(id + 3000000000 AS INTEGER) FROM flights WHERE id = 2"))
                .isInstanceOf(FloeException.class);
    }

    @Test
    void columnsMayBeNamedLikeTypes() {
        assertThat(fixture.select("SELECT MAX(date) AS date, CAST(MIN(f.date) AS date), DATE '2020-01-01' AS timestamp"
                        + " FROM flights f WHERE id = 1 -- date, time"))
                .containsExactly(List.of(AT.plusSeconds(1), LocalDate.of(2001, 1, 1), LocalDate.of(2020, 1, 1)));
        assertThat(fixture.select("SELECT 'a, date' FROM flights GROUP BY date ORDER BY date LIMIT 1"))
                .containsExactly(List.of("a, date"));
    }

    @Test
    void hostileStatementsAreRefusedOrAnswered() {
        String nested = "(".repeat(5_000) + "1" + ")".repeat(5_000);
        assertThatThrownBy(() -> fixture.select("SELECT " + nested)).isInstanceOf(FloeException.class);
        String chain = "id = 1" + " OR id = 1".repeat(20_000);
        assertThatThrownBy(() -> fixture.select("SELECT 1 FROM flights WHERE " + chain))
                .isInstanceOf(FloeException.class);
        String longer = "id = 0" + " OR id = 1".repeat(1_000);
        assertThat(fixture.select("SELECT COUNT(*) FROM flights WHERE " + longer))
                .containsExactly(List.of(2L));
    }
}
