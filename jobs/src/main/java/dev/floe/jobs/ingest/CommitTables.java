package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.SinkCommitter;
import dev.floe.storage.commit.TableChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The committer as an operator: its changes are in checkpoints until their commit went through.
 *
 * <p>What a restored checkpoint holds belongs to a complete checkpoint and is committed first of all.
 */
final class CommitTables extends AbstractStreamOperator<Void> implements OneInputStreamOperator<TableChanges, Void> {
    private static final long serialVersionUID = 1;
    private static final int COMMITS_AT_ONCE_MAX = 4;

    private final IngestJobSettings settings;
    private final long generation;
    private final Map<UUID, Map<Long, Long>> leftBehind;

    /** Of the job as it was submitted: an attempt that follows a failure has it too. */
    private final UUID jobId = UUID.randomUUID();

    private transient ListState<TableChanges> state;
    private transient Catalog catalog;
    private transient List<TableChanges> restored;
    private transient boolean isRestored;
    private transient SinkCommitter committer;
    private transient ExecutorService executor;
    private transient long epoch;
    private transient Counter commitsDone;
    private transient long lastCommitMillis;
    private transient long lastCommittedCheckpoint;
    private transient SettledTime settled;

    @SuppressWarnings("NullAway.Init") // Flink sets operators up in initializeState and open
    CommitTables(IngestJobSettings settings, long generation, Map<UUID, Map<Long, Long>> leftBehind) {
        this.settings = settings;
        this.generation = generation;
        this.leftBehind = leftBehind;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        isRestored = context.isRestored();
        restored = new ArrayList<>();
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("pending-changes", TypeInformation.of(TableChanges.class)));
        for (TableChanges changes : state.get()) {
            restored.add(changes);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        catalog = SqlCatalog.open(settings.catalog());
        AtomicInteger threads = new AtomicInteger();
        executor = Executors.newFixedThreadPool(COMMITS_AT_ONCE_MAX, task -> {
            Thread thread = new Thread(task, "commit-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        epoch = takeOwnership();
        committer = new SinkCommitter(
                new CatalogTables(catalog),
                catalog.suspensions(),
                new CommitId(catalog.sinkId(), LogIdentity.of(settings.log()), epoch, 0),
                executor);
        restored.forEach(committer::add);
        settled = new SettledTime(catalog, epoch);
        getMetricGroup().meter("catalogQueriesPerSecond", new MeterView((Gauge<Long>) catalog::queries));
        commitsDone = getMetricGroup().counter("commits");
        getMetricGroup().gauge("pendingCheckpoints", (Gauge<Integer>) committer::pendingCheckpoints);
        getMetricGroup().gauge("lastCommitMillis", (Gauge<Long>) () -> lastCommitMillis);
        getMetricGroup().gauge("lastCommittedCheckpoint", (Gauge<Long>) () -> lastCommittedCheckpoint);
        whileOwner(() -> {
            if (isRestored) {
                committer.start();
            } else {
                committer.startAnew(leftBehind);
            }
            return 0;
        });
    }

    @Override
    public void processElement(StreamRecord<TableChanges> element) {
        committer.add(element.getValue());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(committer.pending());
        settled.begun(context.getCheckpointId(), context.getCheckpointTimestamp());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        FaultPoint.reached("committer.after-checkpoint");
        if (FaultPoint.loss("committer.notification").isPresent()) {
            return;
        }
        long started = System.nanoTime();
        commitsDone.inc(whileOwner(() -> committer.commitUpTo(checkpointId)));
        lastCommittedCheckpoint = checkpointId;
        settled.completed(checkpointId, committer.isSettled(checkpointId));
        lastCommitMillis = (System.nanoTime() - started) / 1_000_000;
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

    /**
     * Commits while this run is the newest and began at the right place.
     *
     * <p>Otherwise the job ends for good: a fenced one started again would take the tables back, and one that has to
     * begin anew must not start from its own checkpoint.
     */
    private int whileOwner(IntSupplier work) {
        try {
            requireOwnership();
            int done = work.getAsInt();
            requireGeneration();
            return done;
        } catch (FloeException e) {
            if (e.code() == ErrorCode.WRITER_FENCED || e.code() == ErrorCode.TABLE_SUSPENDED) {
                throw new SuppressRestartsException(e);
            }
            throw e;
        }
    }

    private long takeOwnership() {
        try {
            return catalog.takeOwnership(jobId);
        } catch (FloeException e) {
            throw e.code() == ErrorCode.WRITER_FENCED ? new SuppressRestartsException(e) : e;
        }
    }

    private void requireOwnership() {
        try {
            catalog.requireOwnership(epoch);
            requireGeneration();
        } catch (FloeException e) {
            if (e.code() != ErrorCode.CATALOG_UNAVAILABLE) {
                throw e;
            }
        }
    }

    private void requireGeneration() {
        long now = catalog.suspensions().jobGeneration();
        if (now != generation) {
            throw new FloeException(
                            ErrorCode.TABLE_SUSPENDED,
                            "a table is to be written anew: the job is of generation " + generation + ", not " + now)
                    .advise("start the job without its checkpoints: it reads on from the tables' offsets");
        }
    }
}
