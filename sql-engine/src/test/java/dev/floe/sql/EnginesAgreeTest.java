package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.RowSink;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random statements have the same answer where DuckDB computes what it can and where everything goes row by row. */
class EnginesAgreeTest {
    private static final int STATEMENTS = 15;
    private static final ReadCut COMMITTED = new ReadCut.Committed();
    private static final ReadCut LATEST = new ReadCut.Latest();
    private static final List<String> FAILED = List.of("error " + ErrorCode.VALUE_OUT_OF_RANGE);

    @TempDir
    static Path folder;

    private static EngineFixture fixture;
    private static CalciteQueryEngine latest;
    private static CalciteQueryEngine latestReference;

    @BeforeAll
    static void open() {
        fixture = new EngineFixture(folder);
        TableDefinition first = MixedTables.create(fixture);
        MemoryLog log = new MemoryLog(fixture.nextOffset());
        TailSettings settings = TailSettings.defaults();
        LogTail tail =
                new LogTail(fixture.catalog.tables(), fixture.catalog.suspensions(), settings, Duration.ofHours(1));
        tail.begin(new long[] {fixture.nextOffset()}, Map.of(), log);
        MixedTables.append(fixture, first, tail, log);
        RowSink none = (principal, table, rows) -> {};
        ScanSettings scans = new ScanSettings(folder.resolve("latest"), 512 << 20, 2, 1L << 30);
        latest = new CalciteQueryEngine(
                fixture.catalog, none, tail, new EngineSettings(settings, scans, ResultSettings.NONE));
        latestReference = new CalciteQueryEngine(fixture.catalog, none, tail, settings);
    }

    @AfterAll
    static void close() {
        latest.close();
        latestReference.close();
        fixture.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 3));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAgree(long seed) {
        RandomQueries queries = new RandomQueries(seed);
        for (int i = 0; i < STATEMENTS; i++) {
            String sql = queries.next();
            assertAgree(sql, answer(fixture.engine, COMMITTED, sql), answer(fixture.reference, COMMITTED, sql));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersWithATailAgree(long seed) {
        RandomQueries queries = new RandomQueries(~seed);
        for (int i = 0; i < STATEMENTS; i++) {
            String sql = queries.next();
            assertAgree(sql, answer(latest, LATEST, sql), answer(latestReference, LATEST, sql));
        }
    }

    private static void assertAgree(String sql, List<String> answer, List<String> expected) {
        // an engine may compute a value of a row that another condition leaves out
        boolean failed = sql.contains("WHERE") && (answer.equals(FAILED) || expected.equals(FAILED));
        if (!failed) {
            assertThat(answer).as(sql).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, (SELECT COUNT(*) FROM facts y WHERE y.k < facts.k) FROM facts WHERE id < 40",
                "SELECT id, (SELECT COUNT(y.dec) FROM facts y WHERE y.k = facts.k AND y.id < 40) FROM facts",
                "SELECT a.id, b.id FROM facts a JOIN facts b ON a.k IS NOT DISTINCT FROM b.k WHERE a.id < 40",
                "SELECT id FROM facts WHERE k IS DISTINCT FROM 3",
                "SELECT id FROM facts WHERE day IS NOT DISTINCT FROM NULL"
            })
    void whatTellsNullsFromNothingAgrees(String sql) {
        List<String> answer = answer(fixture.engine, COMMITTED, sql);
        assertThat(answer).isNotEmpty().isNotEqualTo(FAILED);
        assertAgree(sql, answer, answer(fixture.reference, COMMITTED, sql));
    }

    /** In the order of the statement the first eight tables have no condition between them: 400 rows each. */
    @Test
    void joinsRunInAnOrderThatTheStatementDoesNotGive() {
        StringBuilder tables = new StringBuilder("facts f0");
        StringBuilder conditions = new StringBuilder("f0.k = 1");
        for (int i = 1; i < 16; i++) {
            tables.append(", facts f").append(i);
            conditions
                    .append(" AND f")
                    .append(i)
                    .append(".id = f")
                    .append((i + 8) % 16)
                    .append(".id");
            conditions.append(i < 8 ? " AND f" + i + ".id = f" + (i + 7) + ".id" : "");
        }
        String sql = "SELECT COUNT(*) FROM " + tables + " WHERE " + conditions;
        assertThat(answer(fixture.engine, COMMITTED, sql))
                .isEqualTo(answer(fixture.engine, COMMITTED, "SELECT COUNT(*) FROM facts WHERE k = 1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a.id, c.id FROM facts a JOIN facts b ON a.k = b.k JOIN facts c ON b.id = c.id AND c.k > 3",
                "SELECT a.id, c.id FROM facts a LEFT JOIN facts b ON a.k = b.id JOIN facts c ON b.id = c.k",
                "SELECT a.id, c.id FROM facts a JOIN facts b ON a.k = b.id LEFT JOIN facts c ON b.k = c.id",
                "SELECT a.id, x.n FROM facts a JOIN (SELECT b.k, c.id AS n FROM facts b JOIN facts c ON b.id = c.k"
                        + " WHERE b.k + c.k > 5) x ON a.id = x.k WHERE a.k < x.n",
                "SELECT a.id, b.id FROM facts a, facts b WHERE a.id < 9 AND b.id < 9",
                "SELECT a.id FROM facts a JOIN facts b ON a.id = b.k WHERE EXISTS (SELECT 1 FROM facts c"
                        + " JOIN facts d ON c.id = d.k WHERE c.k = a.k)"
            })
    void joinsOfJoinsAgree(String sql) {
        List<String> answer = answer(fixture.engine, COMMITTED, sql);
        assertThat(answer).isNotEmpty().isNotEqualTo(FAILED);
        assertAgree(sql, answer, answer(fixture.reference, COMMITTED, sql));
    }

    @Test
    void anInstantSeesNoTailBesideATableThatDoes() {
        String now = "facts FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP";
        List<String> committed = answer(fixture.engine, COMMITTED, "SELECT id, k FROM facts");
        assertThat(answer(latest, LATEST, "SELECT id, k FROM facts")).isNotEqualTo(committed);
        assertThat(answer(latest, LATEST, "SELECT id, k FROM " + now)).isEqualTo(committed);
        String both = "SELECT n.id, n.k, p.k FROM facts n FULL JOIN " + now + " p ON n.id = p.id";
        List<String> answer = answer(latest, LATEST, both);
        assertThat(answer).isEqualTo(answer(latestReference, LATEST, both));
        assertThat(answer.toString()).contains("[null, null, ", ", null]");
    }

    @Test
    void whatIsComparedRunsInDuckDb() {
        RandomQueries queries = new RandomQueries(0);
        int there = 0;
        for (int i = 0; i < STATEMENTS; i++) {
            String plan = answer(fixture.engine, COMMITTED, "EXPLAIN PLAN FOR " + queries.next())
                    .toString();
            there += plan.contains("in DuckDB") ? 1 : 0;
        }
        assertThat(there).isGreaterThan(STATEMENTS * 3 / 4);
        assertThat(answer(fixture.reference, COMMITTED, "EXPLAIN PLAN FOR SELECT COUNT(*) FROM facts")
                        .toString())
                .doesNotContain("DuckDB");
    }

    /** The rows as texts, in their order where they have one; or what kind of error there is. */
    private static List<String> answer(CalciteQueryEngine engine, ReadCut cut, String sql) {
        List<String> rows = new ArrayList<>();
        try {
            for (List<@Nullable Object> row : EngineFixture.select(engine, EngineFixture.READER, cut, sql)) {
                rows.add(row.stream().map(EnginesAgreeTest::text).toList().toString());
            }
        } catch (FloeException e) {
            assertThat(e.code()).as(sql + ": " + e + ", " + e.getCause()).isNotEqualTo(ErrorCode.DEFECT);
            return List.of("error " + e.code());
        }
        if (!sql.contains(" LIMIT ")) {
            rows.sort(null);
        }
        return rows;
    }

    private static String text(@Nullable Object value) {
        return value instanceof Double number
                ? String.format(Locale.ROOT, "%.9g", number + 0.0)
                : String.valueOf(value);
    }
}
