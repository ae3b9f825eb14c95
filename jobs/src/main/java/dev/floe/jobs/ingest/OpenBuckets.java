package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactionSettings;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.KeyFigures;
import dev.floe.storage.write.WriterSettings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bucket writers of one subtask: opened when their first entry comes, closed when they have been idle.
 *
 * <p>A bucket opens only when the table contains everything that left a writer of it before (its flushed offset):
 * otherwise the new writer's index would miss rows that are about to be committed ({@link CommitWait}). What is wrong
 * with one bucket's files suspends its table, whichever entry brought it to light.
 */
final class OpenBuckets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBuckets.class);
    private static final long ASKED_OPENING_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

    private final Catalog catalog;
    private final ActiveTables active;
    private final LogId log;
    private final WriterSettings settings;
    private final IndexBudget indexBudget;
    private final long epoch;
    private final BucketLimits limits;
    private final CompactionRequests requests;
    private final TableIndexing indexing;
    private final BucketCompactions compactions;
    private final CommitWait wait;
    private final Map<BucketKey, Bucket> open = new HashMap<>();
    private final Map<BucketKey, Long> flushed = new HashMap<>();
    private KeyFigures closed = KeyFigures.NONE;
    private long memtableBytes;

    OpenBuckets(
            Catalog catalog,
            ActiveTables active,
            LogId log,
            WriterSettings settings,
            IndexBudget indexBudget,
            long epoch,
            BucketLimits limits,
            CompactionRequests requests,
            TableIndexing indexing) {
        this.catalog = catalog;
        this.active = active;
        this.log = log;
        this.settings = settings;
        this.indexBudget = indexBudget;
        this.epoch = epoch;
        this.limits = limits;
        this.requests = requests;
        this.indexing = indexing;
        this.compactions = new BucketCompactions(requests);
        this.wait = new CommitWait(catalog.suspensions(), active, log);
    }

    /** A bucket being written. */
    private static final class Bucket {
        private final BucketWriter writer;
        private final TableDefinition table;
        private final CompactionSettings compaction;
        private final CompactionStrategy strategy;
        private int idleCheckpoints;

        private Bucket(BucketWriter writer, TableDefinition table) {
            this.writer = writer;
            this.table = table;
            this.compaction = compaction(table);
            this.strategy = CompactionStrategy.of(compaction);
        }

        private static CompactionSettings compaction(TableDefinition table) {
            try {
                return CompactionSettings.of(table.properties());
            } catch (IllegalArgumentException e) {
                LOG.warn("table is compacted by the defaults: table={} {}", table.name(), e.getMessage());
                return CompactionSettings.defaults();
            }
        }
    }

    /** Takes over what a checkpoint remembers: offsets that left the writers of these buckets. */
    void restore(BucketKey key, long offset) {
        flushed.merge(key, offset, Math::max);
    }

    Map<BucketKey, Long> flushedOffsets() {
        return flushed;
    }

    /** The bucket's writer, or empty where the table was dropped. */
    Optional<BucketWriter> writer(BucketKey key) throws InterruptedException {
        Bucket bucket = open.get(key);
        if (bucket == null) {
            Optional<TableDefinition> table = catalog.tables().find(key.tableId());
            if (table.isEmpty()) {
                flushed.remove(key);
                return Optional.empty();
            }
            closeLongestIdle();
            bucket = new Bucket(open(key, table.get()), table.get());
            open.put(key, bucket);
        }
        bucket.idleCheckpoints = 0;
        return Optional.of(bucket.writer);
    }

    /**
     * Counts rows that came into a bucket; where all buckets together hold too many, the fullest writes its files.
     *
     * <p>So memory is bounded however many buckets are written at once, and files stay as large as that allows.
     */
    void grew(long bytes) {
        memtableBytes += bytes;
        while (memtableBytes > limits.memtablesBytesMax()) {
            Optional<Map.Entry<BucketKey, Bucket>> fullest = open.entrySet().stream()
                    .max(Comparator.comparingLong(
                            bucket -> bucket.getValue().writer.memtableBytes()));
            long freed = fullest.map(bucket -> bucket.getValue().writer.memtableBytes())
                    .orElse(0L);
            if (freed == 0) {
                memtableBytes = 0;
                return;
            }
            makeRoom(fullest.get().getKey(), fullest.get().getValue().writer, freed);
        }
    }

    private void makeRoom(BucketKey key, BucketWriter writer, long bytes) {
        try {
            writer.makeRoom();
            memtableBytes -= bytes;
        } catch (FloeException e) {
            failed(key, e);
            closeAllBut(active::isActive);
        }
    }

    private void failed(BucketKey key, FloeException why) {
        if (!ActiveTables.isToBlameFor(why)) {
            throw why;
        }
        active.suspend(key.tableId(), why);
    }

    /**
     * Flushes every bucket, hands on what changed, closes those that have been idle, and compacts.
     *
     * <p>A bucket whose compacted runs wait for an entry, which may never come, is nudged. Those whose compaction was
     * asked for are opened for it, and stay open until it is done.
     */
    void flush(long checkpointId, BiConsumer<BucketKey, BucketChanges> changes, Consumer<Nudge> nudges)
            throws InterruptedException {
        requests.refresh();
        indexing.refresh();
        openAsked();
        for (Iterator<Map.Entry<BucketKey, Bucket>> buckets = open.entrySet().iterator(); buckets.hasNext(); ) {
            Map.Entry<BucketKey, Bucket> entry = buckets.next();
            BucketKey key = entry.getKey();
            Bucket bucket = entry.getValue();
            Optional<BucketChanges> made;
            try {
                compactions.installDone(key, bucket.writer);
                indexing.tell(key.tableId(), bucket.writer);
                made = bucket.writer.flush(checkpointId);
            } catch (FloeException e) {
                failed(key, e);
                continue;
            }
            if (made.isPresent()) {
                flushed.put(key, made.get().offset());
                changes.accept(key, made.get());
            } else if (bucket.writer.hasInstallable()) {
                nudges.accept(new Nudge(
                        key.tableId().getMostSignificantBits(),
                        key.tableId().getLeastSignificantBits(),
                        bucket.table.schemaVersion(),
                        key.bucket()));
            } else if (++bucket.idleCheckpoints > limits.idleCheckpointsMax() && mayClose(key, bucket)) {
                close(key, bucket);
                buckets.remove();
                continue;
            }
            compact(key, bucket);
        }
        closeAllBut(active::isActive);
        memtableBytes = 0;
        requests.report();
    }

    /** Makes room for one more bucket where one is open that got nothing since the last checkpoint. */
    private void closeLongestIdle() {
        if (open.size() < limits.openMax()) {
            return;
        }
        open.entrySet().stream()
                .filter(entry -> entry.getValue().idleCheckpoints > 0)
                .filter(entry -> !entry.getValue().writer.hasInstallable() && !isCompacting(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getValue().idleCheckpoints))
                .filter(entry -> mayClose(entry.getKey(), entry.getValue()))
                .ifPresent(entry -> {
                    close(entry.getKey(), entry.getValue());
                    open.remove(entry.getKey());
                });
    }

    /** A bucket whose changes still wait for their commit stays open: the next writer would wait for it. */
    private boolean mayClose(BucketKey key, Bucket bucket) {
        try {
            return !isCompacting(key) && bucket.writer.isCommitted();
        } catch (RuntimeException e) {
            LOG.debug("bucket stays open: tableId={} bucket={}", key.tableId(), key.bucket(), e);
            return false;
        }
    }

    private boolean isCompacting(BucketKey key) {
        return compactions.isBusy(key) || requests.isAsked(key);
    }

    private void close(BucketKey key, Bucket bucket) {
        closed = closed.plus(bucket.writer.keyFigures().activity());
        bucket.writer.close();
        compactions.forget(key);
    }

    private void compact(BucketKey key, Bucket bucket) {
        if (requests.isPaused(key.tableId())) {
            return;
        }
        if (!requests.isAsked(key)) {
            compactions.consider(key, bucket.writer, bucket.strategy);
            return;
        }
        // what is being merged comes first: its outputs are among the runs that the request is about
        if (compactions.isBusy(key) || bucket.writer.hasInstallable()) {
            return;
        }
        CompactionStrategy all = requests.strategy(key, bucket.compaction);
        if (compactions.consider(key, bucket.writer, all) == BucketCompactions.Considered.NOTHING_TO_DO) {
            requests.merged(key, bucket.writer.offset());
        }
    }

    /** Opens closed buckets for a compaction, for as long as a checkpoint may be held up; the others come later. */
    private void openAsked() throws InterruptedException {
        long started = System.nanoTime();
        for (BucketKey key : requests.toOpen()) {
            if (System.nanoTime() - started > ASKED_OPENING_NANOS_MAX) {
                return;
            }
            try {
                if (!open.containsKey(key) && active.isActive(key.tableId()) && isCommitted(key)) {
                    writer(key);
                }
            } catch (RuntimeException e) {
                LOG.warn("bucket not opened for compaction: tableId={} bucket={}", key.tableId(), key.bucket(), e);
                requests.failed(key, e);
            }
        }
    }

    /** True where opening the bucket would wait for nothing. */
    private boolean isCommitted(BucketKey key) {
        Optional<TableDefinition> table = catalog.tables().find(key.tableId());
        if (table.isEmpty()) {
            return false;
        }
        Table iceberg = catalog.tables().iceberg(table.get().name());
        return !active.awaits(key.tableId(), ErrorCode.TOPIC_RESET)
                && TableCommitter.offsets(iceberg).of(key.bucket()) >= flushed.getOrDefault(key, -1L)
                && TableCommitter.log(iceberg).fits(log);
    }

    BucketCompactions compactions() {
        return compactions;
    }

    int fileCount() {
        return open.values().stream().mapToInt(b -> b.writer.fileCount()).sum();
    }

    /** Closes the buckets of tables that are not to be written; what they hold is still in the log. */
    void closeAllBut(Predicate<UUID> active) {
        open.entrySet().removeIf(bucket -> {
            boolean leaves = !active.test(bucket.getKey().tableId());
            if (leaves) {
                memtableBytes -= bucket.getValue().writer.memtableBytes();
                close(bucket.getKey(), bucket.getValue());
            }
            return leaves;
        });
    }

    /** Rows of all buckets that are in no file yet. */
    long memtableBytes() {
        return memtableBytes;
    }

    int count() {
        return open.size();
    }

    long memoryBytes() {
        return open.values().stream().mapToLong(b -> b.writer.memoryBytes()).sum();
    }

    /** Figures of the open buckets' keys, with what buckets did that are closed by now. */
    KeyFigures keyFigures() {
        return open.values().stream().map(bucket -> bucket.writer.keyFigures()).reduce(closed, KeyFigures::plus);
    }

    long keyCount() {
        return open.values().stream().mapToLong(b -> b.writer.keyCount()).sum();
    }

    @Override
    public void close() {
        compactions.close();
        indexing.close();
        open.values().forEach(bucket -> bucket.writer.close());
        open.clear();
    }

    private BucketWriter open(BucketKey key, TableDefinition definition) throws InterruptedException {
        Table table = catalog.tables().iceberg(definition.name());
        wait.await(key, table, flushed.getOrDefault(key, -1L));
        BucketWriter writer = BucketWriter.open(table, definition.layout(), key.bucket(), epoch, settings, indexBudget);
        writer.index(definition.indexFields());
        LOG.info(
                "bucket opened: table={} bucket={} offset={} keys={}",
                definition.name(),
                key.bucket(),
                writer.offset(),
                writer.keyCount());
        return writer;
    }
}
