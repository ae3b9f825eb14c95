package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TenantName;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.FileCounts;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCounts;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultCounts;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.write.BucketFileName;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that name keys are lookups, and plans are kept as long as they are good. */
class KeyStatementTest {
    private static final int ROWS = 200;
    private static final String ROUTES = "SELECT origin, number, delay FROM routes WHERE ";

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private CountedCatalog counted;
    private CalciteQueryEngine engine;
    private TableDefinition routes;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        counted = new CountedCatalog(fixture.catalog);
        engine = new CalciteQueryEngine(
                counted,
                (principal, table, rows) -> {},
                new ScanSettings(folder.resolve("keys"), 256 << 20, 2, 1L << 30));
        routes = fixture.create(
                "default",
                "routes",
                List.of("origin", "number"),
                List.of(),
                Types.NestedField.required(1, "origin", Types.StringType.get()),
                Types.NestedField.required(2, "number", Types.LongType.get()),
                Types.NestedField.optional(3, "delay", Types.IntegerType.get()));
        for (int commit = 0; commit < 3; commit++) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (long i = commit; i < ROWS; i += commit + 1) {
                rows.add(Arrays.asList("A" + i % 5, i, i % 7 == 0 ? null : (int) i % 60 + commit));
            }
            fixture.upsert(routes, rows);
        }
    }

    @AfterEach
    void close() {
        engine.close();
        fixture.close();
    }

    private List<List<@Nullable Object>> select(String sql, @Nullable Object... parameters) {
        return run(engine.prepare(EngineFixture.READER, sql), EngineFixture.LIMITS, parameters);
    }

    private List<List<@Nullable Object>> run(PreparedQuery query, QueryLimits limits, @Nullable Object... parameters) {
        ColumnBatch row = EngineFixture.row(query.parameterTypes(), parameters);
        try (QueryCursor cursor = engine.execute(EngineFixture.READER, query, row, new ReadCut.Committed(), limits)) {
            return EngineFixture.drain(cursor);
        }
    }

    private int bucket(String origin, long number) {
        ColumnBatch key = new ColumnBatch(
                1,
                routes.keyFieldIds(),
                List.of(
                        VectorBuilder.of(Types.StringType.get(), List.of(origin)),
                        VectorBuilder.of(Types.LongType.get(), List.of(number))),
                new byte[1]);
        return BucketFunction.of(routes.schema(), routes.keyFieldIds(), routes.buckets())
                .bucketsOf(key)[0];
    }

    @ParameterizedTest
    @MethodSource("statementsOfOneKey")
    void aKeyStatementOpensTheOneFileThatHasTheKey(String condition, List<Object> parameters) {
        select(ROUTES + "origin = 'A4' AND number = 999");
        counted.tables().opened().clear();
        assertThat(select(ROUTES + condition, parameters.toArray())).containsExactly(Arrays.asList("A2", 12L, 12));
        List<String> files = counted.tables().opened().stream()
                .filter(file -> file.endsWith(".parquet"))
                .distinct()
                .toList();
        assertThat(files)
                .singleElement()
                .satisfies(file ->
                        assertThat(BucketFileName.isOf(file, bucket("A2", 12))).isTrue());
        assertThat(engine.counts().lookups()).isEqualTo(2);
    }

    static List<Arguments> statementsOfOneKey() {
        return List.of(
                Arguments.of("origin = 'A2' AND number = 12", List.of()),
                Arguments.of("number = ? AND ? = origin", List.of(12L, "A2")),
                Arguments.of("origin = ? AND number = ? AND delay > ? LIMIT 5", List.of("A2", 12L, 3)),
                Arguments.of("(origin, number) IN (('A2', 12))", List.of()),
                Arguments.of("origin = 'A2' AND number IN (12)", List.of()));
    }

    @Test
    void aLookupMayAskForTheTime() {
        fixture.upsert(routes, List.of(Arrays.asList("ABQ", 1L, 5)));
        List<List<@Nullable Object>> rows =
                fixture.select("SELECT number, LOCALTIMESTAMP FROM routes WHERE origin = 'ABQ' AND number = 1");
        assertThat(rows).hasSize(1);
        assertThat((LocalDateTime) rows.get(0).get(1)).isAfter(LocalDateTime.of(2025, 1, 1, 0, 0));
    }

    @Test
    void aKeyedScanInALargerPlanReadsByPointsToo() {
        select("SELECT COUNT(*) FROM routes WHERE origin = 'A4' AND number = 999");
        counted.tables().opened().clear();
        assertThat(select("SELECT COUNT(*), MAX(UPPER(origin)) FROM routes WHERE origin = 'A2' AND number = 12"))
                .containsExactly(List.of(1L, "A2"));
        assertThat(counted.tables().opened().stream().filter(file -> file.endsWith(".parquet")))
                .hasSize(1);
    }

    @Test
    void rowsOfKeysAreJoinedWithScansInDuckDb() {
        String sql = "SELECT r.number, COUNT(*) FROM routes AS r JOIN routes AS o ON o.delay < r.delay"
                + " WHERE r.origin = 'A2' AND r.number IN (?, 12, 999) GROUP BY r.number";
        assertThat(select("EXPLAIN PLAN FOR " + sql, 17L).toString())
                .contains("lookup in routes of 3 keys, for DuckDB", "scan of routes in DuckDB: files ");
        String scanned = sql.replace(
                "FROM routes AS r",
                "FROM (SELECT origin || '' AS origin, number + 0 AS number, delay FROM routes) AS r");
        assertThat(select(sql, 17L)).hasSize(2).containsExactlyInAnyOrderElementsOf(select(scanned, 17L));
    }

    @Test
    void keysThatAreNotThereHaveNoRows() {
        assertThat(select(ROUTES + "origin = 'A3' AND number = 12")).isEmpty();
        assertThat(select(ROUTES + "origin = ? AND number = ?", null, 12L)).isEmpty();
        assertThat(select("SELECT 1 FROM routes WHERE origin = ? AND number = ?", "A2", 12L))
                .containsExactly(List.of(1));
        assertThat(select("SELECT 1 FROM routes WHERE origin = ? AND number = ?", "A2", 13L))
                .isEmpty();
        assertThat(select(ROUTES + "origin = 'A2' AND number = 12 AND number = 13"))
                .isEmpty();
        assertThat(select(ROUTES + "number IN (12, 17, 12) AND origin = 'A2' LIMIT 1 OFFSET 1"))
                .hasSize(1);
    }

    @Test
    void limitsHoldForLookupsToo() {
        PreparedQuery query = engine.prepare(EngineFixture.READER, ROUTES + "origin = 'A2' AND number IN (2, 7, 12)");
        assertThat(run(query, new QueryLimits(3, Duration.ofSeconds(10), 2))).hasSize(3);
        assertThatThrownBy(() -> run(query, new QueryLimits(2, Duration.ofSeconds(10), 2)))
                .hasMessageContaining("more than 2 rows");
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 4));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lookupsAnswerAsScansDo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String condition = condition(random, 2);
        String columns = random.nextBoolean() ? "*" : "delay, origin";
        // a column that is computed is no key
        String scanned = "(SELECT origin || '' AS origin, number + 0 AS number, delay FROM routes)";
        assertThat(select("SELECT " + columns + " FROM routes WHERE " + condition))
                .as(condition)
                .containsExactlyInAnyOrderElementsOf(
                        select("SELECT " + columns + " FROM " + scanned + " WHERE " + condition));
    }

    private static String condition(SplittableRandom random, int depth) {
        String origin = "'A" + random.nextInt(6) + "'";
        long number = random.nextInt(ROWS);
        return switch (random.nextInt(depth == 0 ? 5 : 9)) {
            case 0 -> "origin = " + origin + " AND number = " + number;
            case 1 -> "number IN (" + number + ", " + (number + 5) + ", 77, 78) AND origin = " + origin;
            case 2 -> "(origin, number) IN (('A1', 11), (" + origin + ", " + number + "))";
            case 3 -> "origin IN ('A0', 'A1', " + origin + ") AND number IN (" + number + ", 50, 51)";
            case 4 -> "origin = " + origin + " AND number = " + number + " AND (delay > 20 OR delay IS NULL)";
            case 5 -> "(" + condition(random, depth - 1) + ") OR (" + condition(random, depth - 1) + ")";
            case 6 -> "(" + condition(random, depth - 1) + ") AND (" + condition(random, depth - 1) + ")";
            case 7 -> "NOT (number < 20) AND (" + condition(random, depth - 1) + ") AND delay <> " + random.nextInt(60);
            default -> "(" + condition(random, depth - 1) + ") AND number BETWEEN 10 AND 100";
        };
    }

    static List<Arguments> keys() {
        return List.of(
                Arguments.of(Types.LongType.get(), 5L, "5"),
                Arguments.of(Types.IntegerType.get(), 5, "5"),
                Arguments.of(Types.StringType.get(), "Zürich's", "'Zürich''s'"),
                Arguments.of(Types.DateType.get(), LocalDate.of(1965, 3, 4), "DATE '1965-03-04'"),
                Arguments.of(
                        Types.TimestampType.withoutZone(),
                        LocalDateTime.of(2024, 2, 29, 1, 2, 3, 456_789_000),
                        "TIMESTAMP '2024-02-29 01:02:03.456789'"),
                Arguments.of(Types.DecimalType.of(12, 3), new BigDecimal("12.500"), "12.5"),
                Arguments.of(
                        Types.UUIDType.get(),
                        UUID.fromString("00000000-0000-0001-0000-000000000002"),
                        "UUID '00000000-0000-0001-0000-000000000002'"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keysOfEveryTypeAreLookedUp(Type type, Object key, String literal) {
        TableDefinition table = fixture.create(
                "default",
                "typed",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", type),
                Types.NestedField.optional(2, "v", Types.IntegerType.get()));
        fixture.upsert(table, List.of(List.of(key, 7)));
        assertThat(select("SELECT id, v FROM typed WHERE id = " + literal)).containsExactly(List.of(key, 7));
        assertThat(select("SELECT id, v FROM typed WHERE id = ?", key)).containsExactly(List.of(key, 7));
        assertThat(select("SELECT v FROM typed WHERE id IN (?, ?)", key, key)).containsExactly(List.of(7));
        assertThat(engine.counts().lookups()).isEqualTo(3);
    }

    @Test
    void aStatementIsPlannedOnce() {
        PreparedQuery prepared = engine.prepare(EngineFixture.READER, ROUTES + "origin = ? AND number = ?");
        run(prepared, EngineFixture.LIMITS, "A2", 12L);
        long planned = engine.counts().planned();
        for (long number = 0; number < 50; number++) {
            run(prepared, EngineFixture.LIMITS, "A" + number % 5, number);
            select(ROUTES + "origin = ? AND number = ?", "A" + number % 5, number);
            select(ROUTES + "origin = ?  -- which\n AND /* that */ number = ?;", "A" + number % 5, number);
        }
        assertThat(engine.counts()).isEqualTo(new QueryCounts(planned, 100, 151, ResultCounts.NONE, FileCounts.NONE));
        select("SELECT UPPER(origin) FROM routes ORDER BY 1 LIMIT 3");
        select("SELECT UPPER(origin) FROM routes ORDER BY 1 LIMIT 3");
        assertThat(engine.counts())
                .isEqualTo(new QueryCounts(planned + 1, 101, 151, ResultCounts.NONE, FileCounts.NONE));
    }

    @Test
    void textWithinQuotesIsNotNormalized() {
        fixture.upsert(routes, List.of(List.of("A  2", 1L, 1), List.of("A 2", 1L, 2), List.of("A--2", 1L, 3)));
        assertThat(select(ROUTES + "origin = 'A  2' AND number = 1")).containsExactly(List.of("A  2", 1L, 1));
        assertThat(select(ROUTES + "origin = 'A 2' AND number = 1")).containsExactly(List.of("A 2", 1L, 2));
        assertThat(select(ROUTES + "origin = 'A--2' AND number = 1")).containsExactly(List.of("A--2", 1L, 3));
        assertThat(select("SELECT 1 AS \"a  b\"")).isEqualTo(select("SELECT 1 AS \"a b\""));
        assertThat(engine.prepare(EngineFixture.READER, "SELECT 1 AS \"a b\"")
                        .columns()
                        .get(0)
                        .name())
                .isEqualTo("a b");
    }

    @Test
    void aChangeOfSchemaPlansAnew() {
        String all = "SELECT * FROM routes WHERE origin = 'A2' AND number = 12";
        String none = "SELECT delay FROM routes WHERE 1 = 0";
        PreparedQuery before = engine.prepare(EngineFixture.READER, all);
        assertThat(run(before, EngineFixture.LIMITS)).containsExactly(List.of("A2", 12L, 12));
        assertThat(select(none)).isEmpty();
        Types.NestedField note = Types.NestedField.optional(1, "note", Types.StringType.get());
        alter(new ColumnChange.Add("", note, new ColumnChange.Place.First()));
        assertThat(run(before, EngineFixture.LIMITS)).containsExactly(Arrays.asList(null, "A2", 12L, 12));
        long planned = engine.counts().planned();
        assertThat(run(before, EngineFixture.LIMITS)).containsExactly(Arrays.asList(null, "A2", 12L, 12));
        assertThat(engine.counts().planned()).isEqualTo(planned);
        assertThat(select(all)).containsExactly(Arrays.asList(null, "A2", 12L, 12));
        alter(new ColumnChange.Drop("delay"));
        assertThatThrownBy(() -> select(none)).hasMessageContaining("delay");
        counted.tables().drop(routes.name());
        assertThatThrownBy(() -> select(all)).hasMessageContaining("routes");
    }

    private void alter(ColumnChange change) {
        counted.tables().alter(routes.name(), 0, List.of(change));
    }

    @Test
    void plansAreATenantsOwn() {
        TenantName other = new TenantName("other");
        fixture.catalog.tenants().create(other);
        Principal stranger = new Principal(other, "k9", Set.of(Role.READER));
        String sql = ROUTES + "origin = 'A2' AND number = 12";
        select(sql);
        assertThatThrownBy(() -> engine.prepare(stranger, sql)).hasMessageContaining("routes");
        assertThat(engine.counts().reused()).isZero();
    }

    @Test
    void explainNamesTheKeys() {
        assertThat(select("EXPLAIN PLAN FOR " + ROUTES + "origin = 'A2' AND number IN (?, 7)", 5L)
                        .toString())
                .contains("keys=[[[", "A2", "?0", "7");
    }
}
