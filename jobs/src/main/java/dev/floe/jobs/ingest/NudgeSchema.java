package dev.floe.jobs.ingest;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import dev.floe.storage.log.LogSettings;
import java.util.List;
import java.util.UUID;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes nudges to the log, as a gateway would write an empty batch. */
final class NudgeSchema implements KafkaRecordSerializationSchema<Nudge> {
    private static final long serialVersionUID = 1;

    private final LogSettings log;

    NudgeSchema(LogSettings log) {
        this.log = log;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Nudge nudge, KafkaSinkContext context, Long timestamp) {
        UUID table = new UUID(nudge.tableHigh(), nudge.tableLow());
        ColumnBatch nothing = new ColumnBatch(0, List.of(), List.of(), new byte[0]);
        return new ProducerRecord<>(
                log.topic(),
                LogPartitioner.partitionOf(table, nudge.bucket(), log.partitions()),
                new LogKey(table, nudge.bucket()).encode(),
                LogEntryCodec.encode(new LogEntry(table, nudge.schemaVersion(), nudge.bucket(), nothing)));
    }
}
