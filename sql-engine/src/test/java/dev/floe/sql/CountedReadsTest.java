package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TableName;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reads come by is summed up for each table, and EXPLAIN ANALYZE says it of the pages of lookups. */
class CountedReadsTest {
    private static final int ROWS = 20_000;
    private static final int BUCKETS = 4;
    private static final int PAGE_ROWS = 100;
    private static final String BY_KEY = "SELECT colour FROM t WHERE id IN (5, 6)";

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;

    /** A file a bucket, each of one row group; every thousandth row is rare. */
    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "colour", Types.StringType.get()),
                Types.NestedField.optional(3, "tags", Types.ListType.ofOptional(4, Types.StringType.get())));
        List<List<@Nullable Object>> rows = LongStream.range(0, ROWS)
                .<List<@Nullable Object>>mapToObj(id -> List.of(id, id % 1_000 == 7 ? "rare" : "white", List.of("a")))
                .toList();
        ColumnBatch batch = EngineFixture.batch(table, RowOperation.UPSERT, rows);
        fixture.write(table, batch, new WriterSettings(64 << 20, 512 << 20, 128 << 20, PAGE_ROWS, 1));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void index() {
        table = fixture.catalog
                .tables()
                .alter(
                        table.name(),
                        0,
                        List.of(new ColumnChange.AddIndex(new DeclaredIndex("by_colour", List.of("colour")))));
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        FileIndexes indexes = new FileIndexes("t", iceberg.io());
        for (FileScanTask task : iceberg.newScan().planFiles()) {
            table.indexFields().forEach(fields -> indexes.make(task.file(), fields, iceberg.schema()));
        }
    }

    private Map<ReadCount, Long> sums() {
        return fixture.engine.sums().reads().named().getOrDefault(table.name(), Map.of());
    }

    /** Those that are not 0. */
    private Map<ReadCount, Long> counted() {
        return sums().entrySet().stream()
                .filter(sum -> sum.getValue() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String analyze(String sql) {
        return fixture.select("EXPLAIN ANALYZE " + sql).stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void scansCountWhatTheyKeep() {
        assertThat(fixture.select("SELECT COUNT(*) FROM t WHERE colour <> 'none'"))
                .containsExactly(List.of((long) ROWS));
        assertThat(counted())
                .isEqualTo(Map.of(
                        ReadCount.QUERIES, 1L,
                        ReadCount.SCANS, 1L,
                        ReadCount.FILES, (long) BUCKETS,
                        ReadCount.FILES_KEPT, (long) BUCKETS,
                        ReadCount.ROW_GROUPS, (long) BUCKETS,
                        ReadCount.ROW_GROUPS_KEPT, (long) BUCKETS,
                        ReadCount.ROWS, (long) ROWS));
    }

    @Test
    void whatBoundsLeaveOutIsNotKept() {
        fixture.select("SELECT COUNT(*) FROM t WHERE id > " + ROWS);
        assertThat(counted())
                .isEqualTo(Map.of(
                        ReadCount.QUERIES,
                        1L,
                        ReadCount.SCANS,
                        1L,
                        ReadCount.FILES,
                        (long) BUCKETS,
                        ReadCount.ROW_GROUPS,
                        (long) BUCKETS));
    }

    @Test
    void rowGroupsThatGeneratedCodeLeavesOutAreNotKept() {
        EngineFixture.select(fixture.reference, EngineFixture.READER, "SELECT COUNT(*) FROM t WHERE colour = 'shade'");
        Map<ReadCount, Long> sums = fixture.reference.sums().reads().named().getOrDefault(table.name(), Map.of());
        assertThat(sums)
                .containsEntry(ReadCount.FILES_KEPT, (long) BUCKETS)
                .containsEntry(ReadCount.ROW_GROUPS, (long) BUCKETS)
                .containsEntry(ReadCount.ROW_GROUPS_KEPT, 0L);
    }

    @Test
    void deadRowsAreCounted() {
        fixture.upsert(table, List.of(List.of(5L, "blue", List.of()), List.of(6L, "blue", List.of())));
        fixture.select("SELECT MAX(colour) FROM t");
        assertThat(sums()).containsEntry(ReadCount.ROWS, ROWS + 2L).containsEntry(ReadCount.DEAD_ROWS, 2L);
    }

    @Test
    void lookupsCountTheirPages() {
        fixture.select(BY_KEY);
        fixture.select(BY_KEY);
        ColumnBatch key = new ColumnBatch(
                1, List.of(1), List.of(VectorBuilder.of(Types.LongType.get(), List.of(5L))), new byte[1]);
        fixture.engine.lookup(
                EngineFixture.READER,
                new LookupRequest("t", key, List.of("colour"), new ReadCut.Committed(), Duration.ofSeconds(5)));
        assertThat(sums())
                .containsEntry(ReadCount.QUERIES, 3L)
                .containsEntry(ReadCount.KEY_LOOKUPS, 3L)
                .containsEntry(ReadCount.SCANS, 0L)
                .containsEntry(ReadCount.FILES, 3L * BUCKETS)
                .containsEntry(ReadCount.ROWS, 5L)
                // a page of each of two columns, kept after the first time
                .containsEntry(ReadCount.PAGES, 10L);
        assertThat(sums().get(ReadCount.PAGES_READ)).isBetween(2L, 4L);
    }

    @Test
    void indexLookupsAreToldFromScans() {
        index();
        assertThat(fixture.select("SELECT id FROM t WHERE colour = 'rare'")).hasSize(ROWS / 1_000);
        assertThat(sums())
                .containsEntry(ReadCount.INDEX_LOOKUPS, 1L)
                .containsEntry(ReadCount.SCANS, 0L)
                .containsEntry(ReadCount.FILES, (long) BUCKETS)
                .containsEntry(ReadCount.ROWS, ROWS / 1_000L);
    }

    @Test
    void aPlanThatIsOnlyExplainedReadsNothing() {
        fixture.select("EXPLAIN PLAN FOR " + BY_KEY);
        fixture.select("EXPLAIN PLAN FOR SELECT COUNT(*) FROM t");
        assertThat(counted()).isEmpty();
    }

    @Test
    void aTableThatWasDroppedHasNoSums() {
        fixture.select(BY_KEY);
        assertThat(counted()).isNotEmpty();
        fixture.catalog.tables().drop(TableName.of("default", "t"));
        assertThat(fixture.engine.sums().reads().named()).isEmpty();
    }

    @Test
    void analyzeTellsPagesOfKeyLookupsApart() {
        String cold = analyze("SELECT colour FROM t WHERE id = 5");
        assertThat(cold)
                .containsPattern("read of t: files 4, read 1; pages of the columns \\d{2,}, with rows wanted 2,"
                        + " read from files 2; rows of files 1, of the tail 0");
        assertThat(analyze("SELECT colour FROM t WHERE id = 5")).contains("with rows wanted 2, read from files 0;");
    }

    @Test
    void analyzeTellsPagesOfIndexLookupsApart() {
        index();
        assertThat(analyze("SELECT id FROM t WHERE colour = 'rare'"))
                .containsPattern("read of t: files 4, read 4; pages of the columns \\d{3}, with rows wanted \\d{2},"
                        + " read from files \\d{2}; rows of files 20,");
    }

    @Test
    void analyzeSaysWherePagesCanNotBeToldApart() {
        assertThat(analyze("SELECT tags FROM t WHERE id = 5"))
                .contains("with rows wanted 0, read from files 0, whole row groups 1 times, as columns are nested");
    }

    @Test
    void scansLeaveOutNoPages() {
        assertThat(analyze("SELECT COUNT(*) FROM t WHERE colour = 'rare'"))
                .contains("; pages of kept row groups all kept;")
                .doesNotContain("read of t");
    }
}
