package dev.floe.jobs.maintain;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.error.FloeException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the catalog now and then which tables are due; while it is away, none is. For the source's thread. */
final class DueTablesReader implements SourceReader<DueTable, DueTables.Nothing> {
    private static final Logger LOG = LoggerFactory.getLogger(DueTablesReader.class);

    private final MaintenanceJobSettings settings;
    private final Schedule schedule;
    private final Clock clock = Clock.systemUTC();
    private final Deque<DueTable> due = new ArrayDeque<>();
    private @Nullable Catalog catalog;
    private CompletableFuture<Void> nextLook = CompletableFuture.completedFuture(null);

    DueTablesReader(MaintenanceJobSettings settings) {
        this.settings = settings;
        this.schedule = new Schedule(settings);
    }

    @Override
    public void start() {
        catalog = SqlCatalog.open(settings.catalog());
    }

    @Override
    public InputStatus pollNext(ReaderOutput<DueTable> output) {
        if (due.isEmpty() && nextLook.isDone()) {
            look();
            nextLook = new CompletableFuture<Void>()
                    .completeOnTimeout(null, settings.lookInterval().toMillis(), TimeUnit.MILLISECONDS);
        }
        DueTable next = due.poll();
        if (next != null) {
            output.collect(next);
        }
        return due.isEmpty() ? InputStatus.NOTHING_AVAILABLE : InputStatus.MORE_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return due.isEmpty() ? nextLook : CompletableFuture.completedFuture(null);
    }

    @Override
    public List<DueTables.Nothing> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<DueTables.Nothing> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        if (catalog != null) {
            catalog.close();
        }
    }

    private void look() {
        Catalog opened = catalog;
        if (opened == null) {
            return;
        }
        try {
            due.addAll(schedule.due(opened.maintenance().orders(), clock.instant()));
        } catch (FloeException e) {
            LOG.warn("which tables are due can't be read: code={} {}", e.code(), e.message());
        }
    }
}
