package dev.floe.jobs.ingest;

import dev.floe.storage.log.LogFiller;
import dev.floe.storage.log.LogKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Tells records that claim to be an entry of a bucket from others.
 *
 * <p>Nothing in the topic can stop the job: what names no bucket goes to the dead letters with its reason; what names
 * one is its table's to judge.
 *
 * <p>Says with each entry where the job began to read its partition: entries soon after that may follow one in their
 * stream that the job has not read.
 */
final class ReadLog extends ProcessFunction<RawRecord, BucketEntry> implements CheckpointedFunction {
    static final OutputTag<DeadRecord> DEAD = new OutputTag<>("dead-letters") {
        private static final long serialVersionUID = 1;
    };

    private static final long serialVersionUID = 1;

    private transient Map<Integer, ReadBegin> begins;
    private transient ListState<ReadBegin> state;
    private transient Counter entriesRead;
    private transient Counter deadLetters;

    @Override
    @SuppressWarnings("NullAway.Init") // the state is set up in initializeState, which Flink calls before
    public void open(OpenContext context) {
        entriesRead = getRuntimeContext().getMetricGroup().counter("entriesRead");
        deadLetters = getRuntimeContext().getMetricGroup().counter("deadLetters");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        begins = new HashMap<>();
        // a partition may go to another subtask
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("read-begins", TypeInformation.of(ReadBegin.class)));
        for (ReadBegin begin : state.get()) {
            begins.put(begin.partition(), begin);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(List.copyOf(begins.values()));
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<BucketEntry> out) {
        ReadBegin begin = begins.computeIfAbsent(
                record.partition(), partition -> new ReadBegin(partition, record.offset(), record.timestamp()));
        if (LogFiller.is(record.key(), record.value())) {
            return;
        }
        String fault = fault(record);
        if (fault.isEmpty()) {
            LogKey key = LogKey.decode(record.key()).orElseThrow();
            entriesRead.inc();
            out.collect(new BucketEntry(
                    key.tableId().getMostSignificantBits(),
                    key.tableId().getLeastSignificantBits(),
                    key.bucket(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    begin.offset(),
                    begin.millis(),
                    record.value()));
        } else {
            deadLetters.inc();
            context.output(
                    DEAD, new DeadRecord(record.partition(), record.offset(), record.key(), record.value(), fault));
        }
    }

    /** Why a record is no entry of any table, or an empty string. */
    private static String fault(RawRecord record) {
        return LogKey.decode(record.key()).isEmpty() ? "its key is not a table id and a bucket" : "";
    }
}
