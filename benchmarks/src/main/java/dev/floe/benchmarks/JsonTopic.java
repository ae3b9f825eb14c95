package dev.floe.benchmarks;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of JSON rows, as the stock pipeline reads them. */
final class JsonTopic implements AutoCloseable {
    private final KafkaProducer<String, String> producer;
    private final String topic;
    private Future<RecordMetadata> last = CompletableFuture.completedFuture(null);

    private JsonTopic(KafkaProducer<String, String> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Opens the topic; the broker makes it with its defaults where it is missing. */
    static JsonTopic create(String brokers, String topic) {
        return new JsonTopic(
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ProducerConfig.LINGER_MS_CONFIG,
                                20,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                512 * 1024),
                        new StringSerializer(),
                        new StringSerializer()),
                topic);
    }

    void send(String key, String json) {
        last = producer.send(new ProducerRecord<>(topic, key, json));
    }

    /** Waits until all is stored. */
    @Override
    public void close() {
        producer.close();
        if (!last.isDone()) {
            throw new IllegalStateException("the last row was not stored");
        }
    }
}
