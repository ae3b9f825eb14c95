package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarName;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which statements secondary indexes answer, what these open, and what EXPLAIN says of it. */
class IndexStatementTest {
    private static final int ROWS = 24_000;
    private static final int ORIGINS = 4_000;
    private static final String RARE = "SELECT id FROM flights WHERE origin = 'A77'";
    private static final String COMMON = "SELECT COUNT(*) FROM flights WHERE airline = 'X1'";
    private static final IndexFields ORIGIN = IndexFields.of(2);

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private CountedCatalog counted;
    private CalciteQueryEngine engine;
    private TableDefinition flights;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        counted = new CountedCatalog(fixture.catalog);
        flights = fixture.create(
                "default",
                "flights",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "origin", Types.StringType.get()),
                Types.NestedField.optional(3, "airline", Types.StringType.get()),
                Types.NestedField.optional(4, "delay", Types.IntegerType.get()));
        fixture.upsert(
                flights,
                LongStream.range(0, ROWS).mapToObj(IndexStatementTest::flight).toList());
        open(engine());
    }

    private static List<@Nullable Object> flight(long id) {
        return List.of(id, "A" + id % ORIGINS, "X" + id % 2, (int) id % 60);
    }

    private CalciteQueryEngine engine() {
        return new CalciteQueryEngine(
                counted,
                (principal, table, rows) -> {},
                new ScanSettings(folder.resolve("scans"), 512 << 20, 2, 1L << 30));
    }

    private void open(CalciteQueryEngine fresh) {
        engine = fresh;
    }

    @AfterEach
    void close() {
        engine.close();
        fixture.close();
    }

    private void declare() {
        flights = fixture.catalog
                .tables()
                .alter(
                        flights.name(),
                        0,
                        List.of(
                                new ColumnChange.AddIndex(new DeclaredIndex("by_origin", List.of("origin"))),
                                new ColumnChange.AddIndex(new DeclaredIndex("by_airline", List.of("airline")))));
    }

    private void build() {
        Table iceberg = fixture.catalog.tables().iceberg(flights.name());
        FileIndexes indexes = new FileIndexes("flights", iceberg.io());
        files().forEach(file -> flights.indexFields().forEach(fields -> indexes.make(file, fields, iceberg.schema())));
    }

    private List<DataFile> files() {
        List<DataFile> files = new ArrayList<>();
        fixture.catalog.tables().iceberg(flights.name()).newScan().planFiles().forEach(task -> files.add(task.file()));
        return files;
    }

    private List<List<@Nullable Object>> select(String sql, @Nullable Object... parameters) {
        PreparedQuery query = engine.prepare(EngineFixture.READER, sql);
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER,
                query,
                EngineFixture.row(query.parameterTypes(), parameters),
                new ReadCut.Committed(),
                EngineFixture.LIMITS)) {
            return EngineFixture.drain(cursor);
        }
    }

    private String explain(String sql) {
        StringBuilder text = new StringBuilder();
        select("EXPLAIN PLAN FOR " + sql).forEach(row -> text.append(row.get(0)).append('\n'));
        return text.toString();
    }

    /** Rows 77, 4077, and so on. */
    private static List<List<@Nullable Object>> rare() {
        return LongStream.iterate(77, id -> id < ROWS, id -> id + ORIGINS)
                .<List<@Nullable Object>>mapToObj(List::of)
                .toList();
    }

    @Test
    void fewRowsAreLookedUpAndManyAreScanned() {
        declare();
        build();
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
        assertThat(explain(RARE))
                .contains("index=[by_origin[['A77'")
                .contains("""
                access: index (rows to read by index 6, by scan 24000;""")
                .contains("index by_origin of flights: 6 rows");
        assertThat(select(COMMON)).containsExactly(List.of(ROWS / 2L));
        assertThat(explain(COMMON)).doesNotContain("index=[").contains("""
                access: scan (rows to read by index 12000, by scan 24000;""");
        assertThat(engine.counts().lookups()).isEqualTo(1);
    }

    @Test
    void theBetterOfTwoIndexesIsTaken() {
        declare();
        build();
        String both = "SELECT id FROM flights WHERE airline = 'X1' AND origin = 'A77'";
        assertThat(select(both)).containsExactlyInAnyOrderElementsOf(rare());
        assertThat(explain(both)).contains("index by_origin of flights: 6 rows");
        assertThat(select("SELECT id FROM flights WHERE airline = 'X0' AND origin = 'A77'"))
                .isEmpty();
    }

    @Test
    void parametersDecideWhenTheStatementRuns() {
        declare();
        build();
        String sql = "SELECT COUNT(*), MAX(id) FROM flights WHERE airline = ? AND delay >= 0";
        assertThat(select(sql, "X1")).containsExactly(List.of(ROWS / 2L, ROWS - 1L));
        assertThat(select(sql, "X9").get(0)).containsExactly(0L, null);
        assertThat(select(sql, new Object[] {null}).get(0)).containsExactly(0L, null);
    }

    @Test
    void anIndexIsUsedFromItsDeclarationToItsEnd() {
        assertThat(explain(RARE)).doesNotContain("index");
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
        declare();
        build();
        assertThat(explain(RARE)).contains("access: index");
        flights = fixture.catalog.tables().alter(flights.name(), 0, List.of(new ColumnChange.DropIndex("by_origin")));
        assertThat(explain(RARE)).doesNotContain("index");
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
    }

    @Test
    void aLookupOpensFilesThatHaveRowsAndNoOthers() {
        declare();
        build();
        select("SELECT id FROM flights WHERE origin = 'A5555'");
        counted.tables().opened().clear();
        assertThat(select("SELECT id, delay FROM flights WHERE origin = 'A77' LIMIT 1"))
                .hasSize(1);
        assertThat(counted.tables().opened().stream().distinct()).hasSize(1);
        counted.tables().opened().clear();
        assertThat(select("SELECT id FROM flights WHERE origin IN ('A5555', 'A6666')"))
                .isEmpty();
        assertThat(counted.tables().opened()).isEmpty();
    }

    @Test
    void aFileWithoutTheIndexIsScannedAlone() {
        declare();
        build();
        DataFile file = files().get(0);
        fixture.catalog.tables().iceberg(flights.name()).io().deleteFile(SidecarName.of(file.location(), ORIGIN));
        assertThat(select("SELECT id FROM flights WHERE origin = 'A5555'")).isEmpty();
        assertThat(counted.tables().opened().stream().filter(name -> name.endsWith(".parquet")))
                .containsOnly(file.location());
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
    }

    @Test
    void anIndexThatIsDamagedWhileItIsOpenIsMadeAnew() throws IOException {
        declare();
        build();
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
        for (DataFile file : files()) {
            try (RandomAccessFile bytes = new RandomAccessFile(SidecarName.of(file.location(), ORIGIN), "rw")) {
                bytes.seek(100);
                bytes.write(new byte[(int) bytes.length() / 2]);
            }
        }
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
    }

    @Test
    void aDamagedIndexIsMadeAnew() throws IOException {
        declare();
        build();
        for (DataFile file : files()) {
            Path path = Path.of(SidecarName.of(file.location(), ORIGIN));
            byte[] bytes = Files.readAllBytes(path);
            bytes[bytes.length / 3] ^= 16;
            Files.delete(path);
            Files.write(path, bytes);
        }
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare());
        engine.close();
        open(engine());
        counted.tables().opened().clear();
        select("SELECT id FROM flights WHERE origin = 'A5555'");
        assertThat(counted.tables().opened().stream().filter(name -> name.endsWith(".parquet")))
                .isEmpty();
    }

    @Test
    void largerPlansLookUpToo() {
        declare();
        build();
        String join = "SELECT a.id, b.delay FROM flights a JOIN flights b ON a.id = b.id"
                + " WHERE a.origin = 'A77' AND b.origin IN ('A77', 'A78')";
        assertThat(explain(join)).contains("access: index (rows to read by index 18,");
        assertThat(select(join)).hasSize(6);
        String whole = "SELECT COUNT(*) FROM flights a JOIN flights b ON a.id = b.id WHERE a.origin = 'A77'";
        assertThat(explain(whole)).contains("access: scan");
        assertThat(select(whole)).containsExactly(List.of(6L));
        assertThat(select("SELECT COUNT(*) FROM flights WHERE origin = 'A77' OR origin = 'A78'"))
                .containsExactly(List.of(12L));
        assertThat(select("SELECT COUNT(*) FROM flights WHERE origin = 'A77' OR delay = 1"))
                .containsExactly(List.of(ROWS / 60L + 6));
    }

    @Test
    void deadRowsOfTheIndexStayOut() {
        declare();
        build();
        fixture.write(flights, RowOperation.DELETE, List.of(flight(77)));
        List<@Nullable Object> moved = new ArrayList<>(flight(4_077));
        moved.set(1, "B1");
        fixture.upsert(flights, List.of(moved));
        assertThat(select(RARE)).containsExactlyInAnyOrderElementsOf(rare().subList(2, rare().size()));
        assertThat(select("SELECT id FROM flights WHERE origin = 'B1'")).containsExactly(List.of(4_077L));
    }

    @Test
    void changesFindTheirRowsByIndexes() {
        declare();
        build();
        PreparedQuery delete = fixture.engine.prepare(EngineFixture.EDITOR, "DELETE FROM flights WHERE origin = 'A77'");
        long before = fixture.engine.counts().lookups();
        try (QueryCursor cursor = fixture.engine.execute(
                EngineFixture.EDITOR,
                delete,
                EngineFixture.row(List.of()),
                new ReadCut.Committed(),
                EngineFixture.LIMITS)) {
            EngineFixture.drain(cursor);
        }
        assertThat(fixture.engine.counts().lookups()).isEqualTo(before + 1);
        assertThat(select(RARE)).isEmpty();
        assertThat(select("SELECT COUNT(*) FROM flights")).containsExactly(List.of((long) ROWS - rare().size()));
    }
}
