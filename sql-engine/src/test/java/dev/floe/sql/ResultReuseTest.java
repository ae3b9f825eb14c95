package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.EngineSums;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultCount;
import dev.floe.storage.column.ColumnBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a result is given again, to whom, and within which limits. */
class ResultReuseTest {
    private static final int ROWS = 25;
    private static final String ALL = "SELECT id, n FROM kept";
    private static final List<String> RUN_EACH_TIME = List.of(
            "SELECT id FROM kept WHERE CURRENT_TIMESTAMP > TIMESTAMP '2020-01-01 00:00:00'",
            "SELECT id, CURRENT_DATE FROM kept",
            "SELECT id, LOCALTIMESTAMP FROM kept",
            "SELECT id, RAND() FROM kept",
            "SELECT id, RAND_INTEGER(9) FROM kept",
            "SELECT MAX(RAND()) FROM kept",
            "SELECT id FROM kept WHERE n IN (SELECT n FROM added WHERE RAND() < 2)",
            "SELECT SUM(n) OVER (ORDER BY RAND()) FROM kept",
            "SELECT id FROM kept ORDER BY RAND()",
            "WITH w AS (SELECT id, RAND() AS r FROM kept) SELECT id FROM w WHERE r < 2",
            "EXPLAIN PLAN FOR SELECT id FROM kept",
            "EXPLAIN ANALYZE SELECT id FROM kept",
            "SELECT n FROM kept WHERE id = 3");

    @TempDir
    Path folder;

    private ResultFixture engines;

    @BeforeEach
    void open() {
        engines = new ResultFixture(folder);
        for (int i = 0; i < ROWS; i++) {
            engines.put("kept", i, i % 5, "note " + i % 3);
        }
        engines.put("added", 1, 1, "note");
    }

    @AfterEach
    void close() {
        engines.close();
    }

    private QueryCursor open(QueryLimits limits) {
        return ResultFixture.open(engines.caching, EngineFixture.READER, new ReadCut.Latest(), limits, ALL);
    }

    private static ErrorCode codeOf(Throwable failure) {
        return ((FloeException) failure).code();
    }

    @Test
    void repeatedResultsAreCountedByTableAndTenant() {
        assertThat(engines.isKept("SELECT SUM(n) FROM kept")).isFalse();
        assertThat(engines.isKept("SELECT SUM(n) FROM kept")).isTrue();
        EngineSums sums = engines.caching.sums();
        assertThat(sums.reads().named().get(TableName.of("default", "kept")))
                .containsEntry(ReadCount.QUERIES, 1L)
                .containsEntry(ReadCount.SCANS, 1L)
                .containsEntry(ReadCount.REPEATED, 1L);
        assertThat(sums.results().named().get(TenantName.DEFAULT))
                .isEqualTo(Map.of(ResultCount.HITS, 1L, ResultCount.MISSES, 1L, ResultCount.EVICTED, 0L));
        assertThat(sums.resultBytes().get(TenantName.DEFAULT))
                .isEqualTo(engines.counts().bytes());
    }

    @Test
    void theSecondRunIsKept() {
        assertThat(engines.isKept(ALL)).isFalse();
        assertThat(engines.isKept("SELECT id,  n FROM kept -- the same")).isTrue();
        assertThat(engines.counts().hits()).isEqualTo(1);
        assertThat(engines.counts().misses()).isEqualTo(1);
        assertThat(engines.counts().kept()).isEqualTo(1);
        assertThat(engines.counts().bytes()).isBetween(100L, 10_000L);
    }

    @Test
    void aRowMoreIsAnotherResult() {
        engines.isKept(ALL);
        engines.put("kept", 7, 70, "new");
        assertThat(engines.isKept(ALL)).isFalse();
    }

    @Test
    void aCommitOfTheSameRowsIsAnotherResult() {
        engines.isKept("SELECT COUNT(*) FROM added FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP");
        engines.commitAll("added");
        assertThat(engines.isKept("SELECT COUNT(*) FROM added FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP"))
                .isFalse();
        assertThat(engines.isKept("SELECT COUNT(*) FROM added FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP"))
                .isTrue();
    }

    @Test
    void entriesThatAreNumberedAnewAreOthers() {
        assertThat(EngineFixture.drain(engines.open("SELECT n FROM added"))).isEqualTo(List.of(List.of(1)));
        engines.loseTail("added");
        engines.put("added", 1, 2, "note");
        assertThat(EngineFixture.drain(engines.open("SELECT n FROM added"))).isEqualTo(List.of(List.of(2)));
    }

    @Test
    void whatAsksForMoreRunsEachTime() {
        for (String sql : RUN_EACH_TIME) {
            engines.isKept(sql);
            assertThat(engines.isKept(sql)).as(sql).isFalse();
        }
        assertThat(engines.counts().misses()).isZero();
    }

    @Test
    void aTimeIsNoTimestampWithoutADate() {
        assertThatThrownBy(() -> engines.open("SELECT CAST(TIME '10:00:00' AS TIMESTAMP) FROM kept"))
                .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.UNSUPPORTED));
    }

    @Test
    void parametersTellResultsApart() {
        String sql = "SELECT id FROM kept WHERE note = ? AND n < ?";
        assertThat(engines.isKept(sql, "note 1", 3)).isFalse();
        assertThat(engines.isKept(sql, "note 1", 2)).isFalse();
        assertThat(engines.isKept(sql, null, 2)).isFalse();
        assertThat(engines.isKept(sql, "note 1", 3)).isTrue();
        assertThat(engines.isKept(sql, null, 2)).isTrue();
    }

    @Test
    void theCutIsAskedForEachTime() {
        engines.isKept(ALL);
        long asked = engines.asked.get();
        assertThat(engines.isKept(ALL)).isTrue();
        assertThat(engines.asked.get()).isEqualTo(asked + 1);
    }

    @Test
    void whoMayNotReadGetsNoKeptResult() {
        engines.isKept(ALL);
        PreparedQuery query = engines.caching.prepare(EngineFixture.READER, ALL);
        Principal other = new Principal(new TenantName("other"), "k", Set.of(Role.READER));
        Principal writer = new Principal(TenantName.DEFAULT, "k", Set.of(Role.WRITER));
        ColumnBatch none = EngineFixture.row(List.of());
        for (Principal principal : List.of(other, writer)) {
            assertThatThrownBy(() ->
                            engines.caching.execute(principal, query, none, new ReadCut.Latest(), EngineFixture.LIMITS))
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.PERMISSION_DENIED));
        }
        assertThat(engines.counts().hits()).isZero();
    }

    @Test
    void limitsHoldForKeptRows() {
        engines.isKept(ALL);
        List<Integer> sizes = new ArrayList<>();
        try (QueryCursor cursor = open(new QueryLimits(ROWS, Duration.ofSeconds(30), 10))) {
            for (ColumnBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
                sizes.add(batch.rowCount());
            }
            assertThat(cursor.isFromCache()).isTrue();
        }
        assertThat(sizes).allMatch(size -> size <= 10);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROWS);
        try (QueryCursor cursor = open(new QueryLimits(ROWS - 1, Duration.ofSeconds(30), 1_000))) {
            assertThatThrownBy(() -> EngineFixture.drain(cursor))
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.ROW_LIMIT_EXCEEDED));
        }
        try (QueryCursor cursor = open(EngineFixture.LIMITS)) {
            cursor.cancel();
            assertThatThrownBy(cursor::next)
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.QUERY_CANCELLED));
        }
        assertThat(engines.counts().hits()).isEqualTo(3);
    }

    @Test
    void aResultReadInPartIsNotKept() {
        try (QueryCursor cursor = open(new QueryLimits(ROWS, Duration.ofSeconds(30), 10))) {
            cursor.next();
        }
        try (QueryCursor cursor = open(new QueryLimits(ROWS - 1, Duration.ofSeconds(30), 10))) {
            assertThatThrownBy(() -> EngineFixture.drain(cursor))
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.ROW_LIMIT_EXCEEDED));
        }
        assertThat(engines.isKept(ALL)).isFalse();
    }

    @Test
    void aCutIsKeptThoughItsFilesAreGone() throws IOException {
        engines.commitAll("kept");
        ReadCut cut = new ReadCut.Committed();
        List<?> rows = EngineFixture.select(engines.caching, EngineFixture.READER, cut, ALL);
        try (CloseableIterable<DataFile> files =
                CloseableIterable.transform(engines.iceberg("kept").newScan().planFiles(), task -> task.file())) {
            for (DataFile file : files) {
                Files.delete(Path.of(file.location().replaceFirst("^file:", "")));
            }
        }
        assertThat(EngineFixture.select(engines.caching, EngineFixture.READER, cut, ALL))
                .isEqualTo(rows)
                .hasSize(ROWS);
        assertThatThrownBy(() -> EngineFixture.select(engines.plain, EngineFixture.READER, cut, ALL))
                .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DATA_UNREADABLE));
    }
}
