package dev.floe.jobs.ingest;

import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogEntryHeader;
import dev.floe.storage.log.LogKey;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Checks each record's key, header and checksum.
 *
 * <p>Nothing in the topic can stop the job: what is no entry goes to the dead letters with its reason.
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

    /** What is wrong with a record, or an empty string. */
    private static String fault(RawRecord record) {
        Optional<LogKey> key = LogKey.decode(record.key());
        if (key.isEmpty()) {
            return "its key is not a table id and a bucket";
        }
        try {
            LogEntryHeader header = LogEntryCodec.readHeader(record.value());
            boolean fits = header.tableId().equals(key.get().tableId())
                    && header.bucket() == key.get().bucket();
            return fits ? "" : "its key and its header name different buckets";
        } catch (FloeException e) {
            return e.message();
        }
    }
}
