package dev.floe.sql.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.ResultCount;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.exec.QueryClock;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of results are bounded, whose they are decides which go, and none is kept that did not end whole. */
class ResultCacheTest {
    private static final int BYTES_MAX = 1 << 20;
    private static final int KEPT_MAX = BYTES_MAX / 4 * 3;
    private static final int RESULT_MAX = BYTES_MAX / 16;
    private static final TenantName BUSY = new TenantName("busy");
    private static final TenantName QUIET = new TenantName("quiet");

    private final ResultCache cache = new ResultCache(BYTES_MAX, new NamedCounts<>(ResultCount.class, 10));

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 3));
    }

    private static ResultKey key(long plan) {
        return new ResultKey(plan, List.of(), List.of());
    }

    private static ColumnBatch batch(int rows) {
        return new ColumnBatch(
                rows,
                List.of(0),
                List.of(VectorBuilder.of(Types.LongType.get(), Collections.nCopies(rows, 7L))),
                new byte[rows]);
    }

    private void keep(TenantName tenant, long plan, int rows) {
        ResultCache.Draft draft = cache.draft(tenant, key(plan));
        draft.add(batch(rows));
        draft.keep();
    }

    private boolean has(TenantName tenant, long plan) {
        return cache.find(tenant, key(plan)) != null;
    }

    @Test
    void aResultIsItsTenants() {
        keep(BUSY, 1, 10);
        assertThat(has(BUSY, 1)).isTrue();
        assertThat(has(QUIET, 1)).isFalse();
    }

    @Test
    void aResultThatIsTooLargeIsGivenUp() {
        ResultCache.Draft draft = cache.draft(BUSY, key(1));
        for (int i = 0; i < 12; i++) {
            draft.add(batch(RESULT_MAX / 80));
        }
        assertThat(cache.makingBytes()).isZero();
        draft.keep();
        assertThat(has(BUSY, 1)).isFalse();
    }

    @Test
    void oneTenantsResultsInTheMakingLeaveRoomForAnothers() {
        List<ResultCache.Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            drafts.add(cache.draft(BUSY, key(i)));
            drafts.get(i).add(batch(RESULT_MAX / 12));
        }
        assertThat(cache.makingBytes()).isBetween((long) BYTES_MAX / 16, (long) BYTES_MAX / 8);
        keep(QUIET, 1, RESULT_MAX / 12);
        assertThat(has(QUIET, 1)).isTrue();
        drafts.forEach(ResultCache.Draft::drop);
        assertThat(cache.makingBytes()).isZero();
    }

    @Test
    void whoAsksMuchDisplacesHisOwn() {
        keep(QUIET, 0, 1_000);
        for (int plan = 0; plan < 500; plan++) {
            keep(BUSY, plan, 1_000);
            assertThat(cache.counts().bytes()).isLessThanOrEqualTo(KEPT_MAX);
        }
        assertThat(has(QUIET, 0)).isTrue();
        assertThat(has(BUSY, 499)).isTrue();
        assertThat(has(BUSY, 0)).isFalse();
        assertThat(cache.counts().evicted()).isGreaterThan(300);
        assertThat(cache.counts().kept() + cache.counts().evicted()).isEqualTo(501);
    }

    @Test
    void whatWasUsedLongestAgoGoes() {
        for (int plan = 0; plan < 500; plan++) {
            keep(BUSY, plan, 1_000);
            assertThat(has(BUSY, 0)).isTrue();
        }
        assertThat(has(BUSY, 1)).isFalse();
    }

    /** Against a map of what was kept: a result is right or not there, and bytes are those of the results. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMapOverRandomUse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, List<ColumnBatch>> model = new HashMap<>();
        List<ResultCache.Draft> open = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            TenantName tenant = new TenantName("t" + random.nextInt(4));
            long plan = random.nextInt(200);
            List<ColumnBatch> found = cache.find(tenant, key(plan));
            if (found != null) {
                assertThat(found).isEqualTo(model.get(tenant + "/" + plan));
                continue;
            }
            ResultCache.Draft draft = cache.draft(tenant, key(plan));
            List<ColumnBatch> batches = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                batches.add(batch(1 + random.nextInt(2_000)));
                draft.add(batches.get(batches.size() - 1));
            }
            if (random.nextInt(4) == 0) {
                open.add(draft);
            } else {
                model.put(tenant + "/" + plan, batches);
                draft.keep();
            }
            assertThat(cache.counts().bytes()).isLessThanOrEqualTo(KEPT_MAX);
            assertThat(cache.makingBytes()).isBetween(0L, (long) BYTES_MAX - KEPT_MAX);
            if (open.size() > 30) {
                open.forEach(ResultCache.Draft::drop);
                open.clear();
            }
        }
        open.forEach(ResultCache.Draft::drop);
        assertThat(cache.makingBytes()).isZero();
        assertThat(cache.counts().hits()).isGreaterThan(100);
    }

    @Test
    void aStreamThatACancelEndsIsNotKept() {
        QueryClock clock = new QueryClock(Duration.ofMinutes(1));
        try (RecordedQuery query = recorded(clock, batch(1), null)) {
            query.next();
            clock.cancel();
            assertThat(query.next()).isNull();
        }
        assertThat(has(BUSY, 1)).isFalse();
    }

    @Test
    void aStreamThatItsDeadlineEndsIsNotKept() {
        try (RecordedQuery query = recorded(new QueryClock(Duration.ZERO), batch(1), null)) {
            query.next();
            assertThat(query.next()).isNull();
        }
        assertThat(has(BUSY, 1)).isFalse();
    }

    @Test
    void aStreamThatEndsAfterAnErrorIsNotKept() {
        QueryCursor failing = new Canned(batch(1), null, null) {
            private int asked;

            @Override
            public @Nullable ColumnBatch next() {
                if (++asked == 2) {
                    throw new IllegalStateException("a page is damaged");
                }
                return super.next();
            }
        };
        try (RecordedQuery query =
                new RecordedQuery(failing, cache.draft(BUSY, key(1)), new QueryClock(Duration.ofMinutes(1)))) {
            query.next();
            assertThatThrownBy(query::next).hasMessage("a page is damaged");
            assertThat(query.next()).isNull();
        }
        assertThat(has(BUSY, 1)).isFalse();
        assertThat(cache.makingBytes()).isZero();
    }

    @Test
    void aStreamThatIsClosedBeforeItsEndIsNotKept() {
        RecordedQuery query = recorded(new QueryClock(Duration.ofMinutes(1)), batch(1), null);
        query.next();
        query.close();
        assertThat(query.next()).isNull();
        assertThat(has(BUSY, 1)).isFalse();
    }

    @Test
    void aStreamReadToItsEndIsKept() {
        try (RecordedQuery query = recorded(new QueryClock(Duration.ofMinutes(1)), batch(1), null)) {
            query.next();
            assertThat(has(BUSY, 1)).isFalse();
            assertThat(query.next()).isNull();
        }
        assertThat(has(BUSY, 1)).isTrue();
    }

    private RecordedQuery recorded(QueryClock clock, @Nullable ColumnBatch... batches) {
        return new RecordedQuery(new Canned(batches), cache.draft(BUSY, key(1)), clock);
    }

    /** Batches as they were given, whatever happens. */
    private static class Canned implements QueryCursor {
        private final @Nullable ColumnBatch[] batches;
        private int next;

        Canned(@Nullable ColumnBatch... batches) {
            this.batches = batches;
        }

        @Override
        public List<ResultColumn> columns() {
            return List.of(new ResultColumn("N", Types.LongType.get(), false));
        }

        @Override
        public List<TableCut> cuts() {
            return List.of();
        }

        @Override
        public @Nullable ColumnBatch next() {
            return next == batches.length ? null : batches[next++];
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }
}
