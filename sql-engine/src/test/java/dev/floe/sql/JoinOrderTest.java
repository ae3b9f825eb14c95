package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Joins of generated code follow the statistics of their tables: the largest passes by, others are held in memory.
 *
 * <p>An explanation lists scans in the order in which code was made of them: the left side of a join first.
 */
class JoinOrderTest {
    private static final int MANY = 20_000;
    private static final Pattern SCAN = Pattern.compile("(?m)^scan of (\\w+) in ");

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A table of ids from 0, of groups that repeat after {@code groups}, and of numbers, every fourth of them null. */
    private TableDefinition table(String name, boolean keyed, int rows, int groups) {
        TableDefinition table = fixture.create(
                "default",
                name,
                keyed ? List.of("id") : List.of(),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "grp", Types.LongType.get()),
                Types.NestedField.optional(3, "n", Types.IntegerType.get()),
                Types.NestedField.optional(4, "name", Types.StringType.get()));
        fill(table, 0, rows, groups);
        return table;
    }

    private void fill(TableDefinition table, int from, int to, int groups) {
        List<List<@Nullable Object>> rows = LongStream.range(from, to)
                .<List<@Nullable Object>>mapToObj(
                        id -> Arrays.asList(id, id % groups, id % 4 == 0 ? null : (int) id, "n" + id))
                .toList();
        if (!rows.isEmpty()) {
            fixture.write(table, table.key().isEmpty() ? RowOperation.APPEND : RowOperation.UPSERT, rows);
        }
    }

    private static String explained(CalciteQueryEngine engine, String sql) {
        return EngineFixture.select(engine, EngineFixture.READER, "EXPLAIN PLAN FOR " + sql).stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining("\n"));
    }

    /** The tables from the leftmost to the rightmost, row by row. */
    private List<String> order(String sql) {
        return order(fixture.reference, sql);
    }

    private static List<String> order(CalciteQueryEngine engine, String sql) {
        List<String> tables = new ArrayList<>();
        Matcher scan = SCAN.matcher(explained(engine, sql));
        while (scan.find()) {
            tables.add(scan.group(1));
        }
        return tables;
    }

    @Test
    void theSmallerTableIsHeldInMemory() {
        table("big", true, MANY, 10);
        table("small", true, 20, 10);
        assertThat(order("SELECT b.n, s.n FROM big b JOIN small s ON b.grp = s.id"))
                .containsExactly("big", "small");
        assertThat(order("SELECT b.n, s.n FROM small s JOIN big b ON b.grp = s.id"))
                .containsExactly("big", "small");
        assertThat(EngineFixture.select(
                        fixture.reference,
                        EngineFixture.READER,
                        "SELECT s.id, b.id FROM small s JOIN big b ON b.grp = s.id WHERE b.id < 3"))
                .containsExactlyInAnyOrder(List.of(0L, 0L), List.of(1L, 1L), List.of(2L, 2L));
    }

    @Test
    void soItIsOfWhatDuckDbComputed() {
        table("big", true, MANY, 10);
        table("small", true, 20, 10);
        String join = " ON UPPER(b.name) = UPPER(s.name)";
        assertThat(order(fixture.engine, "SELECT b.n, s.n FROM small s JOIN big b" + join))
                .containsExactly("big", "small");
        assertThat(order(fixture.engine, "SELECT b.n, s.n FROM big b JOIN small s" + join))
                .containsExactly("big", "small");
    }

    @Test
    void aRangeOfValuesMakesATableSmall() {
        table("one", true, MANY, 10);
        table("two", true, MANY, 10);
        String join = "SELECT a.n, b.n FROM one a JOIN two b ON a.id = b.id WHERE ";
        assertThat(order(join + "a.n BETWEEN 100 AND 300")).containsExactly("two", "one");
        assertThat(order(join + "b.n BETWEEN 100 AND 300")).containsExactly("one", "two");
        assertThat(order(join + "a.id > 19000 AND b.id > 1000")).containsExactly("two", "one");
        assertThat(order(join + "a.n IS NULL AND b.n IS NOT NULL")).containsExactly("two", "one");
        assertThat(order(join + "b.n IS NULL AND a.n IS NOT NULL")).containsExactly("one", "two");
        assertThat(order(join + "a.n > 999999")).containsExactly("two", "one");
    }

    @Test
    void whatLeavesFewRowsIsJoinedFirst() {
        table("facts", false, MANY, 100);
        table("wide", false, 2_000, 100);
        table("narrow", true, 100, 100);
        String from = "SELECT f.n FROM facts f JOIN wide w ON f.grp = w.grp JOIN narrow s ON f.grp = s.id";
        assertThat(order(from)).containsExactly("facts", "narrow", "wide");
        assertThat(order("SELECT f.n FROM wide w JOIN facts f ON f.grp = w.grp JOIN narrow s ON f.grp = s.id"))
                .containsExactly("facts", "narrow", "wide");
    }

    @Test
    void manyTablesStayAsTheyAreWritten() {
        table("big", true, 2_000, 10);
        table("small", true, 20, 10);
        String sixteen = order(joined(15)).get(0);
        assertThat(sixteen).isEqualTo("big");
        assertThat(order(joined(16))).hasSize(17).last().isEqualTo("big");
    }

    /** So many times the small table, then the big one. */
    private static String joined(int times) {
        String from = IntStream.range(1, times)
                .mapToObj(i -> " JOIN small s" + i + " ON s0.id = s" + i + ".id")
                .collect(Collectors.joining());
        return "SELECT b.n FROM small s0" + from + " JOIN big b ON s0.id = b.id";
    }

    @Test
    void deadRowsAreNoRows() {
        TableDefinition one = table("one", true, MANY, 10);
        table("two", true, 1_000, 10);
        String join = "SELECT a.n, b.n FROM two b JOIN one a ON a.id = b.id";
        assertThat(order(join)).containsExactly("one", "two");
        List<List<@Nullable Object>> keys = LongStream.range(100, MANY)
                .<List<@Nullable Object>>mapToObj(id -> Arrays.asList(id, null, null, null))
                .toList();
        fixture.write(one, RowOperation.DELETE, keys);
        assertThat(order(join + " AND a.id >= 0")).containsExactly("two", "one");
    }

    @Test
    void aPlanIsMadeAnewOnceItsTableHasGrown() {
        TableDefinition grows = table("grows", true, 10, 10);
        table("stays", true, 1_000, 10);
        String join = "SELECT a.n, b.n FROM grows a JOIN stays b ON a.id = b.id";
        CalciteQueryEngine engine = fixture.reference;
        PreparedQuery before = engine.prepare(EngineFixture.READER, "EXPLAIN PLAN FOR " + join);
        assertThat(run(engine, before)).contains("grows").matches("(?s).*scan of stays.*scan of grows.*");
        fill(grows, 10, MANY, 10);
        run(engine, before); // sees how large the table is now
        long planned = engine.counts().planned();
        assertThat(order(join)).containsExactly("grows", "stays");
        assertThat(engine.counts().planned()).isEqualTo(planned + 1);
        assertThat(run(engine, before)).isEqualTo(explained(engine, join));
        assertThat(engine.counts().planned()).isEqualTo(planned + 1);
    }

    private static String run(CalciteQueryEngine engine, PreparedQuery query) {
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER,
                query,
                EngineFixture.row(List.of()),
                new ReadCut.Committed(),
                EngineFixture.LIMITS)) {
            return EngineFixture.drain(cursor).stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .collect(Collectors.joining("\n"));
        }
    }
}
