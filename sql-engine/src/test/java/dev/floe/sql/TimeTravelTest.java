package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FOR SYSTEM_TIME AS OF reads each table as it was, however the statement finds its rows. */
class TimeTravelTest {
    private static final int COMMITS = 6;
    private static final int KEYS = 40;

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "v", Types.IntegerType.get()),
                Types.NestedField.optional(3, "l", Types.ListType.ofOptional(4, Types.IntegerType.get())));
        table = fixture.catalog
                .tables()
                .alter(
                        fixture.catalog
                                .tables()
                                .list(EngineFixture.READER.tenant())
                                .get(0)
                                .name(),
                        0,
                        List.of(new ColumnChange.AddIndex(new DeclaredIndex("by_v", List.of("v")))));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 2));
    }

    private Instant put(long id, int v) {
        fixture.upsert(table, List.of(List.of(id, v, List.of(v))));
        return committedAt();
    }

    private Instant delete(long id) {
        fixture.write(table, RowOperation.DELETE, List.of(List.of(id, 0, List.of())));
        return committedAt();
    }

    private Instant committedAt() {
        return Instant.ofEpochMilli(iceberg().currentSnapshot().timestampMillis());
    }

    private Table iceberg() {
        return fixture.catalog.tables().iceberg(table.name());
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static String literal(Instant instant) {
        return "TIMESTAMP '" + utc(instant).toString().replace('T', ' ') + "'";
    }

    private List<List<@Nullable Object>> select(String sql, @Nullable Object... parameters) {
        List<List<@Nullable Object>> rows = fixture.select(sql, parameters);
        assertThat(EngineFixture.select(fixture.reference, EngineFixture.READER, sql, parameters))
                .as("row by row: %s", sql)
                .containsExactlyInAnyOrderElementsOf(rows);
        return rows;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyInstantIsTheMapOfItsTime(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, Integer> model = new HashMap<>();
        TreeMap<Instant, Map<Long, Integer>> history = new TreeMap<>();
        for (int commit = 0; commit < COMMITS; commit++) {
            boolean delete = commit % 3 == 2;
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                long id = random.nextInt(KEYS);
                int v = random.nextInt(5);
                rows.add(List.of(id, v, List.of(v)));
                if (delete) {
                    model.remove(id);
                } else {
                    model.put(id, v);
                }
            }
            fixture.write(table, delete ? RowOperation.DELETE : RowOperation.UPSERT, rows);
            history.put(committedAt(), Map.copyOf(model));
        }
        history.forEach((at, then) -> assertRead(at, then, random));
        List<Map.Entry<Instant, Map<Long, Integer>>> points = List.copyOf(history.entrySet());
        for (int i = 0; i < 4; i++) {
            assertJoined(points.get(random.nextInt(points.size())), points.get(random.nextInt(points.size())), model);
        }
    }

    private void assertRead(Instant at, Map<Long, Integer> then, SplittableRandom random) {
        String past = "t FOR SYSTEM_TIME AS OF " + literal(at);
        List<List<@Nullable Object>> all = rows(then);
        assertThat(select("SELECT id, v FROM " + past)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(select("SELECT id, v FROM t FOR SYSTEM_TIME AS OF ?", utc(at)))
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(select("SELECT p.id, p.l[1] FROM " + past + " AS p")).containsExactlyInAnyOrderElementsOf(all);
        int v = random.nextInt(5);
        assertThat(select("SELECT id FROM " + past + " WHERE v = ?", v))
                .containsExactlyInAnyOrderElementsOf(then.entrySet().stream()
                        .filter(entry -> entry.getValue() == v)
                        .map(entry -> List.<@Nullable Object>of(entry.getKey()))
                        .toList());
        long id = random.nextInt(KEYS);
        assertThat(select("SELECT v FROM t FOR SYSTEM_TIME AS OF ? WHERE id = ?", utc(at), id))
                .isEqualTo(Stream.ofNullable(then.get(id)).map(List::of).toList());
        assertThat(select(
                        "SELECT COUNT(*) FROM t FOR SYSTEM_TIME AS OF ? - INTERVAL '1' MINUTE", utc(at).plusMinutes(1)))
                .isEqualTo(List.of(List.of((long) then.size())));
    }

    private void assertJoined(
            Map.Entry<Instant, Map<Long, Integer>> one,
            Map.Entry<Instant, Map<Long, Integer>> other,
            Map<Long, Integer> now) {
        Map<Long, Integer> before = one.getValue();
        Map<Long, Integer> after = other.getValue();
        List<List<@Nullable Object>> both = new ArrayList<>();
        before.forEach((id, v) -> {
            Integer later = after.get(id);
            if (later != null) {
                both.add(List.of(id, v, later));
            }
        });
        assertThat(select(
                        "SELECT a.id, a.v, b.v FROM t FOR SYSTEM_TIME AS OF " + literal(one.getKey())
                                + " a JOIN t FOR SYSTEM_TIME AS OF ? b ON a.id = b.id",
                        utc(other.getKey())))
                .containsExactlyInAnyOrderElementsOf(both);
        assertThat(select(
                        "SELECT id FROM t WHERE id NOT IN (SELECT id FROM t FOR SYSTEM_TIME AS OF ?)",
                        utc(one.getKey())))
                .containsExactlyInAnyOrderElementsOf(now.keySet().stream()
                        .filter(id -> !before.containsKey(id))
                        .map(id -> List.<@Nullable Object>of(id))
                        .toList());
    }

    private static List<List<@Nullable Object>> rows(Map<Long, Integer> model) {
        return model.entrySet().stream()
                .map(entry -> List.<@Nullable Object>of(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Test
    void aKeptPlanIsOfTheTimeAtWhichItRuns() {
        Instant first = put(1, 10);
        Instant second = put(1, 20);
        String byParameter = "SELECT v FROM t FOR SYSTEM_TIME AS OF ? WHERE id = 1";
        String now = "SELECT v FROM t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP";
        assertThat(fixture.select(byParameter, utc(first))).containsExactly(List.of(10));
        assertThat(fixture.select(now)).containsExactly(List.of(20));
        long planned = fixture.engine.counts().planned();
        Instant third = put(1, 30);
        assertThat(fixture.select(byParameter, utc(second))).containsExactly(List.of(20));
        assertThat(fixture.select(byParameter, utc(third))).containsExactly(List.of(30));
        assertThat(fixture.select(now)).containsExactly(List.of(30));
        assertThat(fixture.engine.counts().planned()).isEqualTo(planned);
    }

    @Test
    void whatACommonTableExpressionReadsIsOfTheInstantToo() {
        Instant first = put(1, 10);
        put(1, 20);
        Instant third = put(2, 30);
        String with = "WITH x AS (SELECT id, v FROM t WHERE v >= (SELECT MAX(v) FROM t)) ";
        assertThat(select(with + "SELECT v FROM x")).containsExactly(List.of(30));
        assertThat(select(with + "SELECT v FROM x FOR SYSTEM_TIME AS OF ?", utc(first)))
                .containsExactly(List.of(10));
        assertThat(select(
                        "WITH x AS (SELECT a.v FROM t FOR SYSTEM_TIME AS OF ? a JOIN t b ON a.id = b.id)"
                                + " SELECT * FROM x FOR SYSTEM_TIME AS OF ?",
                        utc(third),
                        utc(first)))
                .containsExactly(List.of(20));
    }

    @Test
    void whatWasDeletedCanBeBroughtBack() {
        Instant before = put(1, 10);
        put(2, 20);
        delete(1);
        EngineFixture.select(
                fixture.engine,
                EngineFixture.EDITOR,
                "INSERT INTO t SELECT * FROM t FOR SYSTEM_TIME AS OF ? WHERE id = 1",
                utc(before));
        assertThat(select("SELECT id, v FROM t")).containsExactlyInAnyOrder(List.of(1L, 10), List.of(2L, 20));
    }

    @Test
    void beforeTheFirstSnapshotThereIsNothing() {
        Instant first = put(1, 10);
        assertThat(select("SELECT * FROM t FOR SYSTEM_TIME AS OF ?", utc(first.minusMillis(1))))
                .isEmpty();
    }

    @Test
    void whatHasExpiredIsAnError() {
        Instant first = put(1, 10);
        Snapshot old = iceberg().currentSnapshot();
        Instant second = put(1, 20);
        iceberg().expireSnapshots().expireSnapshotId(old.snapshotId()).commit();
        assertThat(select("SELECT v FROM t FOR SYSTEM_TIME AS OF ?", utc(second)))
                .containsExactly(List.of(20));
        assertFails(
                ErrorCode.SNAPSHOT_NOT_FOUND,
                () -> fixture.select("SELECT v FROM t FOR SYSTEM_TIME AS OF ?", utc(first)));
    }

    @Test
    void nullAndTheFutureAreErrors() {
        put(1, 10);
        String sql = "SELECT v FROM t FOR SYSTEM_TIME AS OF ";
        assertFails(ErrorCode.INVALID_ARGUMENT, () -> fixture.select(sql + "?", (Object) null));
        assertFails(ErrorCode.INVALID_ARGUMENT, () -> fixture.select(sql + "CAST(NULL AS TIMESTAMP)"));
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        assertFails(ErrorCode.INVALID_ARGUMENT, () -> fixture.select(sql + "?", utc(tomorrow)));
        assertFails(ErrorCode.INVALID_ARGUMENT, () -> fixture.select(sql + "CURRENT_TIMESTAMP + INTERVAL '1' SECOND"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT v FROM t FOR SYSTEM_TIME AS OF",
                "SELECT v FROM t FOR SYSTEM_TIME AS OF 'yesterday'",
                "SELECT v FROM t FOR SYSTEM_TIME AS OF 7",
                "SELECT v FROM t FOR SYSTEM_TIME AS OF (SELECT MAX(id) FROM t)",
                "SELECT v FROM t FOR SYSTEM_TIME AS OF v",
                "SELECT a.v FROM t a, t FOR SYSTEM_TIME AS OF a.v b",
                "SELECT a.v FROM t a, t FOR SYSTEM_TIME AS OF CAST(CAST(a.v AS VARCHAR) AS TIMESTAMP) b",
                "SELECT v FROM (VALUES (1)) AS x (v) FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP",
                "DELETE FROM t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP WHERE id = 1"
            })
    void mistakesAreNamed(String sql) {
        assertThatThrownBy(() -> fixture.select(EngineFixture.EDITOR, sql)).isInstanceOf(FloeException.class);
    }

    @Test
    void explainSaysOfWhen() {
        Instant first = put(1, 10);
        put(2, 20);
        String at = literal(first);
        for (String sql : List.of(
                "SELECT SUM(v) FROM t FOR SYSTEM_TIME AS OF " + at,
                "SELECT v FROM t FOR SYSTEM_TIME AS OF " + at + " WHERE id = 1",
                "SELECT l FROM t FOR SYSTEM_TIME AS OF " + at)) {
            assertThat(fixture.select("EXPLAIN PLAN FOR " + sql).toString()).contains("asOf=[", " as of " + first);
        }
    }

    @Test
    void textAndDaysAreInstantsToo() {
        put(1, 10);
        for (String instant :
                Stream.of("'2001-01-01 00:00:00'", "DATE '2001-01-01'").toList()) {
            assertThat(select("SELECT v FROM t FOR SYSTEM_TIME AS OF " + instant))
                    .isEmpty();
        }
    }

    private static void assertFails(ErrorCode code, Runnable statement) {
        assertThatThrownBy(statement::run)
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
