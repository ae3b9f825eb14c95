package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.TableViews;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.log.LogToken;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lookups, SQL and time travel agree with a map after every commit of a random history. */
class LookupModelTest {
    private static final int COMMITS = 12;
    private static final int KEYS = 60;

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of("day", "name"),
                List.of("month(day)"),
                Types.NestedField.required(1, "day", Types.DateType.get()),
                Types.NestedField.required(2, "name", Types.StringType.get()),
                Types.NestedField.optional(3, "value", Types.IntegerType.get()));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static List<@Nullable Object> key(int number) {
        return List.of(LocalDate.of(2020, 1, 1).plusDays(number), "name" + number % 7);
    }

    @Test
    void everyCutIsTheMapOfItsTime() {
        SplittableRandom random = new SplittableRandom(20);
        Map<List<@Nullable Object>, Integer> model = new HashMap<>();
        Map<Long, Map<List<@Nullable Object>, Integer>> history = new HashMap<>();
        for (int commit = 0; commit < COMMITS; commit++) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            boolean delete = commit % 4 == 3;
            for (int i = 0; i < 20; i++) {
                List<@Nullable Object> key = key(random.nextInt(KEYS));
                int value = random.nextInt();
                rows.add(List.of(key.get(0), key.get(1), value));
                if (delete) {
                    model.remove(key);
                } else {
                    model.put(key, value);
                }
            }
            fixture.write(table, delete ? RowOperation.DELETE : RowOperation.UPSERT, rows);
            assertFound(new ReadCut.Committed(), model);
            long snapshot = fixture.catalog
                    .tables()
                    .iceberg(table.name())
                    .currentSnapshot()
                    .snapshotId();
            history.put(snapshot, Map.copyOf(model));
        }
        history.forEach((snapshot, then) -> assertFound(new ReadCut.AtSnapshot(snapshot), then));
    }

    private void assertFound(ReadCut cut, Map<List<@Nullable Object>, Integer> model) {
        List<List<@Nullable Object>> keys = new ArrayList<>();
        for (int number = 0; number < KEYS; number++) {
            keys.add(key(number));
        }
        keys.add(key(3));
        LookupResult found = lookup(keys, List.of("value"), cut);
        List<List<@Nullable Object>> rows = EngineFixture.rows(found.columns(), found.rows());
        for (int i = 0; i < keys.size(); i++) {
            int row = found.rowOf().get(i);
            assertThat(row < 0 ? null : rows.get(row).get(0))
                    .as("key %s at %s", keys.get(i), cut)
                    .isEqualTo(model.get(keys.get(i)));
        }
        Map<List<@Nullable Object>, Integer> selected = new HashMap<>();
        for (List<@Nullable Object> row : selectAt("SELECT day, name, \"value\" FROM t", cut)) {
            assertThat(selected.put(row.subList(0, 2), (Integer) row.get(2)))
                    .as("twin of %s", row)
                    .isNull();
        }
        assertThat(selected).isEqualTo(model);
        List<@Nullable Object> one = key(5);
        assertThat(selectAt(
                        "SELECT \"value\" FROM t WHERE day = DATE '" + one.get(0) + "' AND name = '" + one.get(1) + "'",
                        cut))
                .isEqualTo(model.containsKey(one) ? List.of(List.of(model.get(one))) : List.of());
    }

    private List<List<@Nullable Object>> selectAt(String sql, ReadCut cut) {
        try (QueryCursor cursor = fixture.engine.execute(
                EngineFixture.READER,
                fixture.engine.prepare(EngineFixture.READER, sql),
                EngineFixture.row(List.of()),
                cut,
                EngineFixture.LIMITS)) {
            return EngineFixture.drain(cursor);
        }
    }

    private LookupResult lookup(List<List<@Nullable Object>> keys, List<String> columns, ReadCut cut) {
        List<Vector> vectors = new ArrayList<>();
        for (int c = 0; c < 2; c++) {
            int column = c;
            vectors.add(VectorBuilder.of(
                    table.schema().columns().get(c).type(),
                    keys.stream().map(key -> key.get(column)).toList()));
        }
        ColumnBatch batch = new ColumnBatch(keys.size(), table.keyFieldIds(), vectors, new byte[keys.size()]);
        return fixture.engine.lookup(
                EngineFixture.READER, new LookupRequest("t", batch, columns, cut, Duration.ofMillis(50)));
    }

    @Test
    void columnsGoByTheirNamesInAnyCase() {
        fixture.upsert(table, List.of(List.of(key(1).get(0), key(1).get(1), 1)));
        LookupResult found = lookup(List.of(key(1)), List.of("VALUE", "Name"), new ReadCut.Committed());
        assertThat(found.columns()).extracting(column -> column.name()).containsExactly("value", "name");
        assertThatThrownBy(() -> lookup(List.of(key(1)), List.of("values"), new ReadCut.Committed()))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_COLUMN));
    }

    @Test
    void aTokenNotCommittedYetIsNotVisibleYet() {
        fixture.upsert(table, List.of(List.of(key(1).get(0), key(1).get(1), 1)));
        LogToken beyond = new LogToken(table.id(), Map.of(0, 1_000L));
        assertThatThrownBy(() -> lookup(List.of(key(1)), List.of(), new ReadCut.AtToken(beyond)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_VISIBLE_YET));
        assertThatThrownBy(() -> lookup(List.of(key(1)), List.of("nope"), new ReadCut.Committed()))
                .hasMessageContaining("nope");
        assertThatThrownBy(() -> lookup(List.of(key(1)), List.of(), new ReadCut.AtSnapshot(42)))
                .hasMessageContaining("42");
    }

    @Test
    void bucketsAndPartitionsArePruned() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int number = 0; number < KEYS; number++) {
            rows.add(List.of(key(number).get(0), key(number).get(1), number));
        }
        fixture.upsert(table, rows);
        var view = new TableViews(fixture.catalog.tables())
                .at(table, new ReadCut.Committed(), Duration.ZERO, new AtomicBoolean());
        int all = FilePlan.of(view, Expressions.alwaysTrue(), Set.of()).files().size();
        int month = FilePlan.of(view, Expressions.lessThan("day", "2020-02-01"), Set.of())
                .files()
                .size();
        int bucket = FilePlan.of(view, Expressions.lessThan("day", "2020-02-01"), Set.of(1))
                .files()
                .size();
        assertThat(all).isEqualTo(8);
        assertThat(month).isEqualTo(4);
        assertThat(bucket).isEqualTo(1);
    }
}
