package dev.floe.jobs.ingest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Keeps dead records as they were, with their partition, offset and fault as headers. */
final class DeadLetterSchema implements KafkaRecordSerializationSchema<DeadRecord> {
    private static final long serialVersionUID = 1;

    private final String topic;

    DeadLetterSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadRecord dead, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                topic,
                null,
                dead.key(),
                dead.value(),
                List.of(
                        header("floe.partition", Integer.toString(dead.partition())),
                        header("floe.offset", Long.toString(dead.offset())),
                        header("floe.reason", dead.reason())));
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
