package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.FloeException;
import dev.floe.sql.tail.LogTail;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Newest snapshots of tables with a tail, so that reads of it need not ask the catalog.
 *
 * <p>Any snapshot does for such a read, as the tail has what comes after it: an old one only makes the tail longer.
 * Tables read lately are looked at often, all that have a tail now and then, and the tail forgets what they contain.
 * Safe for use by several threads.
 */
final class NewestTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewestTables.class);
    private static final long LOOK_MILLIS = 100;
    private static final int LOOKS_BETWEEN_SWEEPS = 20;
    private static final long READ_LATELY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long DROPPED_NANOS = Duration.ofMinutes(5).toNanos();

    private final Tables tables;
    private final CommittedTables committed;
    private final LogTail tail;
    private final Map<UUID, Known> known = new ConcurrentHashMap<>();
    private final Map<UUID, Long> missingSince = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "newest-snapshots");
        thread.setDaemon(true);
        return thread;
    });
    private final Future<?> looking;
    private int looks;

    /** A table as loaded, with its newest snapshot then. */
    record Newest(Table table, @Nullable Snapshot snapshot, CommittedOffsets offsets) {
        static Newest of(Table table) {
            return new Newest(table, table.currentSnapshot(), TableCommitter.offsets(table));
        }
    }

    private static final class Known {
        private final TableDefinition definition;
        /** What the tail was told of last. */
        private Table told;

        private volatile Newest newest;
        private volatile long readNanos = System.nanoTime();

        private Known(TableDefinition definition, Newest newest) {
            this.definition = definition;
            this.told = newest.table;
            this.newest = newest;
        }
    }

    NewestTables(Tables tables, CommittedTables committed, LogTail tail) {
        this.tables = tables;
        this.committed = committed;
        this.tail = tail;
        looking = looker.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A snapshot that was the newest lately. Throws TABLE_NOT_FOUND, CATALOG_UNAVAILABLE. */
    Newest recent(TableDefinition definition) {
        Known table = known.get(definition.id());
        if (table == null || !table.definition.name().equals(definition.name())) {
            return fresh(definition);
        }
        table.readNanos = System.nanoTime();
        return table.newest;
    }

    /** The newest snapshot. Throws TABLE_NOT_FOUND, CATALOG_UNAVAILABLE. */
    Newest fresh(TableDefinition definition) {
        Newest newest = Newest.of(committed.newest(definition));
        known.compute(definition.id(), (id, before) -> {
            if (before == null) {
                return new Known(definition, newest);
            }
            before.newest = newest;
            before.readNanos = System.nanoTime();
            return before;
        });
        return newest;
    }

    @Override
    public void close() {
        looking.cancel(true);
        looker.shutdownNow();
    }

    private void look() {
        try {
            long now = System.nanoTime();
            known.values().removeIf(table -> now - table.readNanos > READ_LATELY_NANOS);
            known.values().forEach(this::look);
            if (++looks % LOOKS_BETWEEN_SWEEPS == 0) {
                tail.tableIds().stream().filter(id -> !known.containsKey(id)).forEach(this::sweep);
            }
        } catch (RuntimeException e) {
            LOG.warn("newest snapshots can't be looked at: {}", e.getMessage());
        }
    }

    private void look(Known table) {
        try {
            Table now = committed.newest(table.definition);
            if (now != table.told) {
                Newest newest = Newest.of(now);
                table.newest = newest;
                table.told = now;
                tail.forget(table.definition.id(), newest.offsets());
            }
        } catch (RuntimeException e) {
            // it was dropped, or the catalog is away: who reads it next is told so
            known.remove(table.definition.id());
            LOG.debug("table can't be looked at: table={} {}", table.definition.name(), e.getMessage());
        }
    }

    /** Lets the tail of a table that nobody reads go as it is committed. */
    private void sweep(UUID tableId) {
        Optional<TableDefinition> definition = tables.find(tableId);
        if (definition.isEmpty()) {
            long since = missingSince.computeIfAbsent(tableId, id -> System.nanoTime());
            if (System.nanoTime() - since > DROPPED_NANOS) {
                tail.forget(tableId);
                missingSince.remove(tableId);
            }
            return;
        }
        missingSince.remove(tableId);
        try {
            tail.forget(tableId, TableCommitter.offsets(committed.newest(definition.get())));
        } catch (FloeException e) {
            LOG.debug(
                    "table can't be looked at: table={} code={}",
                    definition.get().name(),
                    e.code());
        }
    }
}
