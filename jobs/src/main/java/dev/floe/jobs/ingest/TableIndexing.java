package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.IndexOrder;
import dev.floe.core.error.FloeException;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.write.BucketWriter;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secondary indexes for one subtask: tells its writers which there are, and indexes files of its tables beside them.
 *
 * <p>What is declared is read from the catalog with each checkpoint; while that is away, what was known last holds. For
 * the writers' thread; files that lack an index get it in another, one after the other.
 */
final class TableIndexing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableIndexing.class);
    private static final AtomicInteger THREADS = new AtomicInteger();
    /** New files may lack an index that their writer did not know yet. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Catalog catalog;
    private final Predicate<UUID> own;
    private final ExecutorService executor;
    private final IndexBackfill backfill;
    private @Nullable List<IndexOrder> orders;
    private Map<UUID, List<IndexFields>> declared = Map.of();
    private @Nullable Future<?> pass;
    private long passedNanos;
    private boolean due;
    private volatile boolean closed;

    /** {@code own} is true for the tables whose files this subtask indexes. */
    TableIndexing(Catalog catalog, Predicate<UUID> own) {
        this.catalog = catalog;
        this.own = own;
        this.backfill = new IndexBackfill(catalog, Clock.systemUTC(), () -> closed);
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "indexing-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            ThreadPriorities.background(thread);
            return thread;
        });
    }

    /** Looks again what is declared, and has files indexed where that is another or some time has passed. */
    void refresh() {
        try {
            List<IndexOrder> now = catalog.indexes().orders();
            if (!now.equals(orders)) {
                orders = now;
                due = true;
                declared = now.stream()
                        .filter(order -> order.droppedAt().isEmpty())
                        .collect(Collectors.groupingBy(
                                IndexOrder::tableId,
                                HashMap::new,
                                Collectors.mapping(IndexOrder::fields, Collectors.toList())));
            }
            begin(now);
        } catch (FloeException e) {
            LOG.warn("what indexes are declared can't be read: code={} {}", e.code(), e.message());
        }
    }

    /** Tells a writer what indexes its files are to have. */
    void tell(UUID tableId, BucketWriter writer) {
        if (orders != null) {
            writer.index(declared.getOrDefault(tableId, List.of()));
        }
    }

    @Override
    public void close() {
        closed = true;
        executor.shutdownNow();
    }

    private void begin(List<IndexOrder> now) {
        boolean running = pass != null && !pass.isDone();
        if (running || !(due || System.nanoTime() - passedNanos > LOOK_NANOS)) {
            return;
        }
        due = false;
        List<IndexOrder> ours =
                now.stream().filter(order -> own.test(order.tableId())).toList();
        passedNanos = System.nanoTime();
        if (!ours.isEmpty()) {
            pass = executor.submit(() -> backfill.pass(ours));
        }
    }
}
