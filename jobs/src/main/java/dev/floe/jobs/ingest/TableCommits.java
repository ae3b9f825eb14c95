package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketChangesCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits to single tables, trying again while the catalog is away; safe for several threads on several tables. */
final class TableCommits {
    private static final Logger LOG = LoggerFactory.getLogger(TableCommits.class);
    private static final int ATTEMPTS_MAX = 10;
    private static final long PAUSE_MILLIS = 200;

    private final Catalog catalog;
    private final long epoch;
    private final String sinkId;
    private final Map<UUID, Table> tables = new ConcurrentHashMap<>();

    TableCommits(Catalog catalog, long epoch) {
        this.catalog = catalog;
        this.epoch = epoch;
        this.sinkId = catalog.sinkId();
    }

    /** Commits changes of one checkpoint; those of a table that was dropped are let go of. */
    void commit(UUID tableId, long checkpointId, List<TableChanges> encoded) throws InterruptedException {
        List<BucketChanges> changes = encoded.stream()
                .map(each -> BucketChangesCodec.decode(each.changes()))
                .toList();
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<TableDefinition> definition = catalog.tables().find(tableId);
                if (definition.isEmpty()) {
                    tables.remove(tableId);
                    LOG.info("changes of a dropped table let go: tableId={} checkpoint={}", tableId, checkpointId);
                    return;
                }
                Table table = tables.computeIfAbsent(
                        tableId, id -> catalog.tables().iceberg(definition.get().name()));
                TableCommitter.commit(
                        table, definition.get().layout(), changes, new CommitId(sinkId, epoch, checkpointId));
                return;
            } catch (FloeException e) {
                boolean again = e.code() == ErrorCode.CATALOG_UNAVAILABLE || e.code() == ErrorCode.OUTCOME_UNKNOWN;
                if (!again || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                LOG.warn("commit will be tried again: tableId={} code={} {}", tableId, e.code(), e.message());
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS * attempt);
            }
        }
    }
}
