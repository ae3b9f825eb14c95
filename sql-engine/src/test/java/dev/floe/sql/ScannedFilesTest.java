package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.storage.column.RowOperation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scan in DuckDB makes of files with dead rows, of older schemas, and with names that DuckDB has plans for. */
class ScannedFilesTest {
    private static final long ROWS = 1_000;

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

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 2));
    }

    private TableDefinition create(String column) {
        return fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, column, Types.IntegerType.get()));
    }

    private static List<List<@Nullable Object>> rows(Map<Long, ? extends Object> rows) {
        return rows.entrySet().stream()
                .map(row -> List.<@Nullable Object>of(row.getKey(), row.getValue()))
                .collect(Collectors.toList());
    }

    private List<List<@Nullable Object>> scanned() {
        // a condition that no lookup and no bounds answer
        String sql = "SELECT id, v FROM t WHERE id * 2 >= 0 ORDER BY id";
        assertThat(fixture.select("EXPLAIN PLAN FOR " + sql).toString()).contains("in DuckDB");
        return fixture.select(sql);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deadRowsAreLeftOutWhereverTheyAre(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TableDefinition table = create("v");
        Map<Long, Integer> model = new TreeMap<>();
        for (int write = 0; write < 8; write++) {
            Map<Long, Integer> changed = new TreeMap<>();
            long first = random.nextLong(ROWS);
            for (long id = first; id < first + random.nextInt(1, 400); id++) {
                changed.put(id, random.nextInt());
            }
            // others are deletes: of one row, or of many
            if (random.nextInt(3) > 0) {
                fixture.write(table, RowOperation.UPSERT, rows(changed));
                model.putAll(changed);
            } else {
                fixture.write(table, RowOperation.DELETE, rows(changed));
                model.keySet().removeAll(changed.keySet());
            }
            assertThat(scanned()).isEqualTo(rows(model));
            assertThat(fixture.select("SELECT COUNT(*) FROM t")).isEqualTo(List.of(List.of((long) model.size())));
        }
    }

    @Test
    void theFirstAndTheLastRowsOfAFileCanBeDead() {
        TableDefinition table = create("v");
        Map<Long, Integer> model = new TreeMap<>();
        for (long id = 0; id < ROWS; id++) {
            model.put(id, (int) id);
        }
        fixture.upsert(table, rows(model));
        for (long id : List.of(0L, 1L, 7L, 8L, 63L, 64L, 65L, ROWS - 2, ROWS - 1)) {
            fixture.write(table, RowOperation.DELETE, rows(Map.of(id, 0)));
            model.remove(id);
        }
        assertThat(scanned()).isEqualTo(rows(model));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file_row_number FILE_INDEX filename rowid",
                "dead d f c0 s0 select a\"b it's;-- Ünï∑",
            })
    void anyNameOfAColumnIsOne(String names) {
        List<String> all = List.of(names.split(" "));
        List<Types.NestedField> columns = new ArrayList<>();
        columns.add(Types.NestedField.required(1, "id", Types.LongType.get()));
        all.forEach(name -> columns.add(Types.NestedField.optional(columns.size() + 1, name, Types.IntegerType.get())));
        TableDefinition table =
                fixture.create("default", "t", List.of("id"), List.of(), columns.toArray(Types.NestedField[]::new));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = 0; id < 100; id++) {
            List<@Nullable Object> row = new ArrayList<>(List.of(id));
            for (int column = 0; column < all.size(); column++) {
                row.add((int) id + column);
            }
            rows.add(row);
        }
        fixture.upsert(table, rows);
        fixture.write(table, RowOperation.DELETE, List.of(rows.get(3), rows.get(50)));
        rows.remove(50);
        rows.remove(3);
        String list =
                all.stream().map(name -> '"' + name.replace("\"", "\"\"") + '"').collect(Collectors.joining(", "));
        assertThat(fixture.select("SELECT id, " + list + " FROM t WHERE id * 2 >= 0 ORDER BY id"))
                .isEqualTo(rows);
        assertThat(fixture.select("SELECT COUNT(*) FROM t")).isEqualTo(List.of(List.of(98L)));
    }

    @Test
    void aNestedColumnCanHaveANameOfDuckDbsToo() {
        TableDefinition table = fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(
                        2, "file_row_number", Types.ListType.ofOptional(3, Types.IntegerType.get())));
        fixture.upsert(table, List.of(List.of(1L, List.of(7)), List.of(2L, List.of(8)), List.of(3L, List.of())));
        fixture.write(table, RowOperation.DELETE, List.of(List.of(2L, List.of())));
        assertThat(fixture.select("SELECT id FROM t WHERE id * 2 >= 0 ORDER BY id"))
                .isEqualTo(List.of(List.of(1L), List.of(3L)));
    }

    @Test
    void columnsAreThoseOfTheirIdsWhateverFilesCallThem() {
        TableDefinition table = create("a");
        fixture.upsert(table, List.of(List.of(1L, 10), List.of(2L, 20), List.of(3L, 30)));
        TableDefinition renamed = changed(
                table,
                new ColumnChange.Rename("a", "b"),
                new ColumnChange.Add(
                        "",
                        Types.NestedField.optional(99, "a", Types.StringType.get()),
                        new ColumnChange.Place.Last()));
        fixture.upsert(renamed, List.of(List.of(3L, 31, "three"), List.of(4L, 40, "four")));
        TableDefinition widened = changed(renamed, new ColumnChange.Widen("b", Types.LongType.get()));
        fixture.upsert(widened, List.of(List.of(4L, 1L << 40, "FOUR"), List.of(5L, 50L, "five")));
        String all = "SELECT id, b, a FROM t WHERE b > 0 ORDER BY id";
        assertThat(fixture.select(all).toString())
                .isEqualTo("[[1, 10, null], [2, 20, null], [3, 31, three], [4, 1099511627776, FOUR], [5, 50, five]]");
        changed(widened, new ColumnChange.Drop("a"), new ColumnChange.Rename("b", "a"));
        List<String> values = new ArrayList<>();
        fixture.select("SELECT a FROM t WHERE a + 0 > 20 ORDER BY a").forEach(row -> values.add(row.toString()));
        assertThat(values).isEqualTo(List.of("[31]", "[50]", "[1099511627776]"));
    }

    private TableDefinition changed(TableDefinition table, ColumnChange... changes) {
        return fixture.catalog.tables().alter(table.name(), 0, List.of(changes));
    }
}
