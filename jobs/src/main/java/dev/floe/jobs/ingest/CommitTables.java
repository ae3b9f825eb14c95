package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Commits what a complete checkpoint contains: one Iceberg commit a table, several tables at once.
 *
 * <p>Changes are kept in the operator's state until their commit went through, so a notification that is lost or comes
 * late only delays them. What a restored checkpoint holds belongs to a complete checkpoint and is committed first of
 * all; changes that a table has already are recognised by its offsets.
 */
final class CommitTables extends AbstractStreamOperator<Void> implements OneInputStreamOperator<TableChanges, Void> {
    private static final long serialVersionUID = 1;
    private static final int COMMITS_AT_ONCE_MAX = 4;

    private final IngestJobSettings settings;

    private transient PendingChanges pending;
    private transient ListState<TableChanges> state;
    private transient Catalog catalog;
    private transient TableCommits commits;
    private transient ExecutorService executor;
    private transient Counter commitsDone;
    private transient long lastCommitMillis;
    private transient long lastCommittedCheckpoint;

    @SuppressWarnings("NullAway.Init") // Flink sets operators up in initializeState and open
    CommitTables(IngestJobSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        pending = new PendingChanges();
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("pending-changes", TypeInformation.of(TableChanges.class)));
        for (TableChanges changes : state.get()) {
            pending.add(changes);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        catalog = SqlCatalog.open(settings.catalog());
        commits = new TableCommits(catalog, catalog.nextEpoch());
        AtomicInteger threads = new AtomicInteger();
        executor = Executors.newFixedThreadPool(COMMITS_AT_ONCE_MAX, task -> {
            Thread thread = new Thread(task, "commit-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        commitsDone = getMetricGroup().counter("commits");
        getMetricGroup().gauge("pendingCheckpoints", (Gauge<Integer>) pending::checkpoints);
        getMetricGroup().gauge("lastCommitMillis", (Gauge<Long>) () -> lastCommitMillis);
        getMetricGroup().gauge("lastCommittedCheckpoint", (Gauge<Long>) () -> lastCommittedCheckpoint);
        commitUpTo(Long.MAX_VALUE);
    }

    @Override
    public void processElement(StreamRecord<TableChanges> element) {
        pending.add(element.getValue());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(pending.all());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        commitUpTo(checkpointId);
    }

    @Override
    public void close() throws Exception {
        if (executor != null) {
            executor.shutdownNow();
        }
        if (catalog != null) {
            catalog.close();
        }
        super.close();
    }

    private void commitUpTo(long checkpointId) throws Exception {
        for (Map.Entry<Long, Map<UUID, List<TableChanges>>> checkpoint :
                pending.upTo(checkpointId).entrySet()) {
            long started = System.nanoTime();
            commit(checkpoint.getKey(), checkpoint.getValue());
            pending.remove(checkpoint.getKey());
            lastCommittedCheckpoint = checkpoint.getKey();
            lastCommitMillis = (System.nanoTime() - started) / 1_000_000;
        }
    }

    private void commit(long checkpointId, Map<UUID, List<TableChanges>> tables) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        tables.forEach((tableId, changes) -> running.add(executor.submit(() -> {
            commits.commit(tableId, checkpointId, changes);
            return true;
        })));
        Exception first = null;
        for (Future<?> commit : running) {
            try {
                commit.get();
                commitsDone.inc();
            } catch (ExecutionException e) {
                first = first == null && e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
