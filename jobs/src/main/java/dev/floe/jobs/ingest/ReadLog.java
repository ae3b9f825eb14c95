package dev.floe.jobs.ingest;

import dev.floe.storage.log.LogFiller;
import dev.floe.storage.log.LogKey;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Tells records that claim to be an entry of a bucket from others.
 *
 * <p>Nothing in the topic can stop the job: what names no bucket goes to the dead letters with its reason; what names
 * one is its table's to judge.
 */
final class ReadLog extends ProcessFunction<RawRecord, BucketEntry> {
    static final OutputTag<DeadRecord> DEAD = new OutputTag<>("dead-letters") {
        private static final long serialVersionUID = 1;
    };

    private static final long serialVersionUID = 1;

    private transient Counter entriesRead;
    private transient Counter deadLetters;

    @Override
    public void open(OpenContext context) {
        entriesRead = getRuntimeContext().getMetricGroup().counter("entriesRead");
        deadLetters = getRuntimeContext().getMetricGroup().counter("deadLetters");
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<BucketEntry> out) {
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
