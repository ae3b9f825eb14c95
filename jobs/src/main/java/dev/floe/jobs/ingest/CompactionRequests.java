package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.BucketCompaction;
import dev.floe.catalog.table.CompactionOrder;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactionFigures;
import dev.floe.storage.compact.CompactionSettings;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.compact.WholeBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people asked of the compaction of tables, for the buckets of one subtask.
 *
 * <p>Read from the catalog with each checkpoint, which is also when it learns how far the buckets are. A bucket is done
 * when the table contains the offset up to which its last merge was flushed. What was not reported when the job ended
 * is merged again by the next. While the catalog is away, what was known last holds. For the writers' thread.
 */
final class CompactionRequests {
    private static final Logger LOG = LoggerFactory.getLogger(CompactionRequests.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Catalog catalog;
    private final Predicate<BucketKey> own;
    private final Map<BucketKey, Work> works = new HashMap<>();
    private Map<UUID, CompactionOrder> orders = Map.of();

    CompactionRequests(Catalog catalog, Predicate<BucketKey> own) {
        this.catalog = catalog;
        this.own = own;
    }

    /** How far a bucket is with a request. */
    private static final class Work {
        private final long request;
        private @Nullable CompactionStrategy strategy;
        private @Nullable Long mergedAt;
        private CompactionFigures figures = CompactionFigures.NONE;
        private String error = "";
        private long retryNanos;
        private boolean failed;
        private boolean done;
        private boolean unreported;

        private Work(long request) {
            this.request = request;
        }
    }

    /** Looks again what is asked. */
    void refresh() {
        try {
            Map<UUID, CompactionOrder> now = new HashMap<>();
            catalog.compactions().orders().forEach(order -> now.put(order.tableId(), order));
            orders = now;
            works.entrySet().removeIf(work -> request(work.getKey()) != work.getValue().request);
        } catch (FloeException e) {
            LOG.warn("what is asked of compaction can't be read: code={} {}", e.code(), e.message());
        }
    }

    boolean isPaused(UUID tableId) {
        CompactionOrder order = orders.get(tableId);
        return order != null && order.paused();
    }

    /** True while a full compaction waits for the bucket. */
    boolean isAsked(BucketKey key) {
        CompactionOrder order = orders.get(key.tableId());
        Work work = works.get(key);
        return order != null && order.asksFor(key.bucket()) && (work == null || !work.done);
    }

    /** Buckets to be opened for a full compaction, those that failed a moment ago left out. */
    List<BucketKey> toOpen() {
        List<BucketKey> keys = new ArrayList<>();
        for (CompactionOrder order : orders.values()) {
            for (int bucket = 0; bucket < order.buckets() && !order.paused(); bucket++) {
                BucketKey key = new BucketKey(order.tableId(), bucket);
                Work work = works.get(key);
                boolean waits = work != null && work.failed && System.nanoTime() - work.retryNanos < 0;
                if (own.test(key) && isAsked(key) && !waits) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    /** The strategy of a bucket that is asked for; the same one until its merges are done. */
    CompactionStrategy strategy(BucketKey key, CompactionSettings settings) {
        Work work = work(key);
        CompactionStrategy strategy = work.strategy;
        if (strategy == null) {
            strategy = new WholeBucket(settings);
            work.strategy = strategy;
        }
        return strategy;
    }

    /** Notes that nothing is left to merge; all of it has left the writer with this offset. */
    void merged(BucketKey key, long offset) {
        Work work = work(key);
        if (work.mergedAt == null) {
            work.mergedAt = offset;
        }
    }

    /** Counts a merge, where the bucket is asked for. */
    void installed(BucketKey key, CompactionFigures figures) {
        Work work = works.get(key);
        if (work != null) {
            work.figures = work.figures.plus(figures);
            work.unreported = true;
        }
    }

    /** Notes what kept a bucket that is asked for from being opened or merged; it is tried again. */
    void failed(BucketKey key, Throwable cause) {
        if (isAsked(key)) {
            Work work = work(key);
            work.error =
                    cause instanceof FloeException known ? known.code() + ": " + known.message() : cause.toString();
            work.failed = true;
            work.retryNanos = System.nanoTime() + RETRY_NANOS;
            work.unreported = true;
        }
    }

    /** The bucket's writer is gone: the next one's runs have other numbers. */
    void closed(BucketKey key) {
        Work work = works.get(key);
        if (work != null && work.mergedAt == null) {
            work.strategy = null;
        }
    }

    /** Finds out which buckets' merges are committed, and reports. */
    void report() {
        try {
            findCommitted();
            for (Map.Entry<BucketKey, Work> entry : works.entrySet()) {
                Work work = entry.getValue();
                if (work.unreported) {
                    int bucket = entry.getKey().bucket();
                    catalog.compactions()
                            .report(
                                    entry.getKey().tableId(),
                                    new BucketCompaction(bucket, work.request, work.done, work.figures, work.error));
                    work.unreported = false;
                }
            }
        } catch (FloeException e) {
            LOG.warn("compaction's progress is reported later: code={} {}", e.code(), e.message());
        }
    }

    private void findCommitted() {
        Map<UUID, CommittedOffsets> committed = new HashMap<>();
        for (Map.Entry<BucketKey, Work> entry : works.entrySet()) {
            Work work = entry.getValue();
            if (work.done || work.mergedAt == null) {
                continue;
            }
            UUID tableId = entry.getKey().tableId();
            CommittedOffsets offsets = committed.computeIfAbsent(tableId, this::offsets);
            if (offsets.of(entry.getKey().bucket()) >= work.mergedAt) {
                work.done = true;
                work.unreported = true;
            }
        }
    }

    private CommittedOffsets offsets(UUID tableId) {
        Optional<TableDefinition> table = catalog.tables().find(tableId);
        return table.isEmpty()
                ? new CommittedOffsets(Map.of())
                : TableCommitter.offsets(catalog.tables().iceberg(table.get().name()));
    }

    private Work work(BucketKey key) {
        return works.computeIfAbsent(key, asked -> new Work(request(asked)));
    }

    private long request(BucketKey key) {
        CompactionOrder order = orders.get(key.tableId());
        return order == null ? 0 : order.request();
    }
}
