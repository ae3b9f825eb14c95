package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.commit.TableChanges;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogEntryHeader;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketChangesCodec;
import dev.floe.storage.write.BucketWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.iceberg.Schema;

/**
 * Writes the entries of its buckets; all that it holds leaves it before a checkpoint's barrier does.
 *
 * <p>So a checkpoint has no rows in it: only, per bucket, the offset that left its writer and how far each client's
 * stream is, by which rows that a client sent again are left out ({@link dev.floe.storage.stream.StreamWindow}).
 * Entries that come again after a restore are dropped by the writer, which goes by the table's own offsets.
 */
final class WriteBuckets extends AbstractStreamOperator<TableChanges>
        implements OneInputStreamOperator<BucketEntry, TableChanges> {
    static final OutputTag<Nudge> NUDGES = new OutputTag<>("nudges") {
        private static final long serialVersionUID = 1;
    };

    private static final long serialVersionUID = 1;

    /** How old an entry is from which on the job counts as behind, and to which it has to come to be so no more. */
    private static final long BEHIND_MILLIS = 2_000;

    private static final long UP_MILLIS = 1_000;

    private final IngestJobSettings settings;

    private transient Catalog catalog;
    private transient ActiveTables active;
    private transient OpenBuckets buckets;
    private transient ListState<FlushedOffset> state;
    private transient StreamWindows streams;
    private transient ListState<StreamState> streamState;
    private transient Counter rowsWritten;
    private transient Counter entriesAlreadyIn;
    private transient Counter entriesOfDroppedTables;
    private transient Counter entriesOfSuspendedTables;
    private transient Counter deadLetters;
    private transient KeyMetrics keyMetrics;
    private transient long lastFlushMillis;
    private transient boolean behind;

    @SuppressWarnings("NullAway.Init") // Flink sets operators up in initializeState and open
    WriteBuckets(IngestJobSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state = context.getOperatorStateStore()
                .getUnionListState(
                        new ListStateDescriptor<>("flushed-offsets", TypeInformation.of(FlushedOffset.class)));
        catalog = SqlCatalog.open(settings.catalog());
        active = new ActiveTables(catalog.suspensions());
        int writers = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        int self = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        IndexBudget indexBudget = new IndexBudget(settings.indexMemoryBytesMax() / writers);
        buckets = new OpenBuckets(
                catalog,
                active,
                LogIdentity.of(settings.log()),
                settings.writer(),
                indexBudget,
                catalog.nextEpoch(),
                BucketLimits.of(settings, writers),
                new CompactionRequests(catalog, key -> key.owner(writers) == self),
                new TableIndexing(catalog, tableId -> new BucketKey(tableId, 0).owner(writers) == self));
        for (FlushedOffset offset : state.get()) {
            if (offset.key().owner(writers) == self) {
                buckets.restore(offset.key(), offset.offset());
            }
        }
        streams = new StreamWindows(settings.log().streamLifetime());
        streamState = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("streams", TypeInformation.of(StreamState.class)));
        for (StreamState window : streamState.get()) {
            if (window.key().owner(writers) == self) {
                streams.restore(window);
            }
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        ThreadPriorities.writer(Thread.currentThread());
        MetricGroup metrics = getMetricGroup();
        rowsWritten = metrics.counter("rowsWritten");
        entriesAlreadyIn = metrics.counter("entriesAlreadyIn");
        entriesOfDroppedTables = metrics.counter("entriesOfDroppedTables");
        entriesOfSuspendedTables = metrics.counter("entriesOfSuspendedTables");
        deadLetters = metrics.counter("deadLetters");
        metrics.gauge("streams", (Gauge<Integer>) streams::streamCount);
        metrics.gauge("rowsRepeated", (Gauge<Long>) streams::rowsRepeated);
        metrics.gauge("entriesFenced", (Gauge<Long>) streams::entriesFenced);
        metrics.gauge("entriesUnlinked", (Gauge<Long>) streams::entriesUnlinked);
        metrics.gauge("dataFiles", (Gauge<Integer>) buckets::fileCount);
        buckets.compactions()
                .counters()
                .register(metrics, buckets.compactions()::count, buckets.compactions()::pending);
        metrics.gauge("openBuckets", (Gauge<Integer>) buckets::count);
        metrics.gauge("memtableBytes", (Gauge<Long>) buckets::memtableBytes);
        metrics.meter("catalogQueriesPerSecond", new MeterView((Gauge<Long>) catalog::queries));
        keyMetrics = new KeyMetrics(metrics);
        metrics.gauge("lastFlushMillis", (Gauge<Long>) () -> lastFlushMillis);
    }

    @Override
    public void processElement(StreamRecord<BucketEntry> element) throws Exception {
        BucketEntry entry = element.getValue();
        setPace(entry.timestamp());
        UUID tableId = entry.key().tableId();
        if (!active.isActive(tableId)) {
            entriesOfSuspendedTables.inc();
            return;
        }
        try {
            write(entry);
        } catch (FloeException e) {
            boolean corrupt = e.code() == ErrorCode.LOG_ENTRY_CORRUPT || e.code() == ErrorCode.SCHEMA_VERSION_MISMATCH;
            if (corrupt && active.accepts(tableId, ErrorCode.LOG_ENTRY_CORRUPT)) {
                leaveOut(entry, e);
            } else if (!active.isActive(tableId)) {
                entriesOfSuspendedTables.inc();
            } else if (corrupt || ActiveTables.isToBlameFor(e)) {
                suspend(entry, corrupt, e);
            } else {
                throw e;
            }
        }
    }

    private void setPace(long loggedMillis) {
        long age = System.currentTimeMillis() - loggedMillis;
        boolean now = age > (behind ? UP_MILLIS : BEHIND_MILLIS);
        if (now == behind) {
            return;
        }
        behind = now;
        if (behind) {
            ThreadPriorities.behind(Thread.currentThread());
        } else {
            ThreadPriorities.writer(Thread.currentThread());
        }
        buckets.compactions().hurry(behind);
    }

    private void write(BucketEntry entry) throws InterruptedException {
        Optional<BucketWriter> writer = buckets.writer(entry.key());
        if (writer.isEmpty()) {
            streams.forget(entry.key());
            noTable(entry);
            return;
        }
        boolean contained = entry.offset() <= writer.get().offset();
        LogEntryHeader header;
        try {
            header = LogEntryCodec.readHeader(entry.value());
        } catch (FloeException e) {
            // should a person accept it: what comes after it in its streams has to be taken
            streams.missed(entry);
            if (contained) {
                return;
            }
            throw e;
        }
        // before the check of the offset: what the table has already still tells how far its streams are
        BitSet repeated = streams.repeated(entry, header, writer.get().isOfNewLog());
        if (contained) {
            entriesAlreadyIn.inc();
            return;
        }
        if (!header.tableId().equals(entry.key().tableId()) || header.bucket() != entry.bucket()) {
            throw new FloeException(ErrorCode.LOG_ENTRY_CORRUPT, "a log entry's key and header name different buckets");
        }
        Schema schema = catalog.tables().schemaAt(header.tableId(), header.schemaVersion());
        LogEntry decoded = LogEntryCodec.decode(entry.value(), schema);
        ColumnBatch batch = repeated == null ? decoded.batch() : decoded.batch().without(repeated);
        long bytesBefore = writer.get().memtableBytes();
        writer.get().write(entry.offset(), schema, batch);
        buckets.grew(writer.get().memtableBytes() - bytesBefore);
        rowsWritten.inc(batch.rowCount());
    }

    /** Entries of dropped tables are let go of; what is no entry is kept with the dead letters. */
    private void noTable(BucketEntry entry) {
        try {
            LogEntryCodec.readHeader(entry.value());
            entriesOfDroppedTables.inc();
        } catch (FloeException e) {
            leaveOut(entry, e);
        }
    }

    /** Nothing is skipped: the table waits for a person, the others go on. */
    private void suspend(BucketEntry entry, boolean corrupt, FloeException e) {
        FloeException why = !corrupt
                ? e
                : new FloeException(
                                ErrorCode.LOG_ENTRY_CORRUPT,
                                "offset " + entry.offset() + " of partition " + entry.partition() + ", bucket "
                                        + entry.bucket() + ": " + e.message(),
                                e)
                        .advise("resume the table with --accept LOG_ENTRY_CORRUPT: the entry then goes to the dead"
                                + " letters, and its rows are missing");
        active.suspend(entry.key().tableId(), why);
        buckets.closeAllBut(active::isActive);
    }

    private void leaveOut(BucketEntry entry, FloeException e) {
        deadLetters.inc();
        LOG.error(
                "entry left out: tableId={} bucket={} partition={} offset={} code={} {}",
                entry.key().tableId(),
                entry.bucket(),
                entry.partition(),
                entry.offset(),
                e.code(),
                e.message());
        output.collect(
                ReadLog.DEAD,
                new StreamRecord<>(
                        new DeadRecord(entry.partition(), entry.offset(), new byte[0], entry.value(), e.message())));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        active.refresh();
        buckets.closeAllBut(active::isActive);
        flush(checkpointId);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<FlushedOffset> offsets = new ArrayList<>();
        buckets.flushedOffsets()
                .forEach((key, offset) -> offsets.add(new FlushedOffset(
                        key.tableId().getMostSignificantBits(),
                        key.tableId().getLeastSignificantBits(),
                        key.bucket(),
                        offset)));
        state.update(offsets);
        streamState.update(streams.states());
    }

    @Override
    public void close() throws Exception {
        if (buckets != null) {
            buckets.close();
        }
        if (catalog != null) {
            catalog.close();
        }
        super.close();
    }

    private void flush(long checkpointId) throws InterruptedException {
        long started = System.nanoTime();
        buckets.flush(
                checkpointId,
                (key, changes) -> output.collect(new StreamRecord<>(encoded(key, checkpointId, changes))),
                nudge -> output.collect(NUDGES, new StreamRecord<>(nudge)));
        keyMetrics.update(buckets.keyFigures());
        lastFlushMillis = (System.nanoTime() - started) / 1_000_000;
    }

    private TableChanges encoded(BucketKey key, long checkpointId, BucketChanges changes) {
        return new TableChanges(
                key.tableId().getMostSignificantBits(),
                key.tableId().getLeastSignificantBits(),
                active.generation(key.tableId()),
                checkpointId,
                BucketChangesCodec.encode(changes));
    }
}
