package dev.floe.gateway.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Health;
import dev.floe.gateway.stream.StreamLog;
import dev.floe.gateway.stream.StreamName;
import dev.floe.gateway.stream.StreamPosition;
import dev.floe.gateway.stream.StreamRecords;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams in a Kafka topic of their own, compacted by stream and epoch.
 *
 * <p>Every gateway reads all of the topic from its beginning. A record counts when it is read back, so all gateways see
 * claims and progress in one order; an answer costs one write and one read. Records stay for at least twice the
 * lifetime of streams, so that the job forgets a stream before gateways do.
 */
public final class KafkaStreamLog implements StreamLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamLog.class);
    private static final Duration POLL_MAX = Duration.ofMillis(500);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final long START_SECONDS_MAX = 60;
    private static final int ANSWER_SECONDS_MAX = 30;
    private static final int BLOCK_MILLIS_MAX = 1_000;

    private final LogSettings log;
    private final PublishSettings publish;
    private final StreamRecords records;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile @Nullable String trouble;
    private volatile boolean closed;
    private int partitions;

    @GuardedBy("this")
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    private @Nullable Thread reader;

    public KafkaStreamLog(LogSettings log, PublishSettings publish) {
        this.log = log;
        this.publish = publish;
        this.records = new StreamRecords(log.streamLifetime().multipliedBy(2), this::send);
    }

    @Override
    public String name() {
        return "streams";
    }

    /** Creates the topic where it is missing and reads it to its end, once the log is there; throws LOG_UNAVAILABLE. */
    @Override
    public void start() {
        KafkaTopic.ensureStreams(log, publish);
        records.follow(KafkaTopic.id(log));
        Producer<byte[], byte[]> sender =
                new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer());
        KafkaConsumer<byte[], byte[]> source =
                new KafkaConsumer<>(consumerConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        synchronized (this) {
            consumer = source;
        }
        producer = sender;
        try {
            readToEnd(source);
        } catch (KafkaException e) {
            throw KafkaErrors.notWritten(e);
        }
        Thread thread = new Thread(() -> read(source), "streams");
        thread.setDaemon(true);
        thread.start();
        reader = thread;
    }

    @Override
    public CompletableFuture<StreamPosition> position(StreamName stream) {
        return limited(records.position(stream));
    }

    @Override
    public CompletableFuture<StreamPosition> claim(StreamName stream) {
        return limited(records.claim(stream));
    }

    @Override
    public Map<LogKey, Long> offsets() {
        return records.offsets();
    }

    @Override
    public long claimed(StreamName stream) {
        return records.claimed(stream);
    }

    @Override
    public int streamCount() {
        return records.streamCount();
    }

    @Override
    public int streamCount(UUID tableId) {
        return records.streamCount(tableId);
    }

    @Override
    public CompletableFuture<Boolean> advance(StreamName stream, StreamPosition to) {
        return limited(records.advance(stream, to));
    }

    @Override
    public Health health() {
        String known = trouble;
        return known == null ? Health.OK : Health.down(known);
    }

    @Override
    public void close() {
        closed = true;
        Producer<byte[], byte[]> sender = producer;
        producer = null;
        if (sender != null) {
            sender.close(CLOSE_MAX);
        }
        synchronized (this) {
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        Thread thread = reader;
        if (thread != null) {
            try {
                thread.join(CLOSE_MAX.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        records.fail(unavailable(null));
    }

    private void send(StreamRecords.Outgoing record, CompletableFuture<?> answer) {
        Producer<byte[], byte[]> sender = producer;
        if (sender == null) {
            answer.completeExceptionally(unavailable(null));
            return;
        }
        int partition = Math.floorMod(record.stream().hashCode(), partitions);
        try {
            Future<RecordMetadata> unused = sender.send(
                    new ProducerRecord<>(log.streamTopic(), partition, record.key(), record.value()),
                    (metadata, failure) -> {
                        if (failure != null) {
                            answer.completeExceptionally(unavailable(failure));
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            answer.completeExceptionally(unavailable(e));
        }
    }

    private void readToEnd(KafkaConsumer<byte[], byte[]> source) {
        List<TopicPartition> all = source.partitionsFor(log.streamTopic()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        partitions = all.size();
        source.assign(all);
        source.seekToBeginning(all);
        Map<TopicPartition, Long> ends = source.endOffsets(all);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (ends.entrySet().stream().anyMatch(end -> source.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new FloeException(
                                ErrorCode.LOG_UNAVAILABLE,
                                "the log of streams, topic " + log.streamTopic() + ", was not read to its end in "
                                        + START_SECONDS_MAX + " s")
                        .advise("see the broker's log: it may be starting still, or a file of the topic is damaged")
                        .retryAfter(KafkaErrors.RETRY_MILLIS);
            }
            source.poll(POLL_MAX).forEach(this::apply);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> source) {
        try (source) {
            while (!closed) {
                try {
                    source.poll(POLL_MAX).forEach(this::apply);
                    trouble = null;
                } catch (WakeupException | InterruptException e) {
                    if (!closed) {
                        LOG.warn("reading the streams was interrupted topic={}", log.streamTopic());
                    }
                } catch (KafkaException e) {
                    trouble = "streams can't be read: " + e.getMessage();
                    LOG.error("streams can't be read topic={}", log.streamTopic(), e);
                }
            }
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        if (!records.apply(record.key(), record.value(), record.timestamp())) {
            LOG.warn(
                    "no record of a stream topic={} partition={} offset={}",
                    record.topic(),
                    record.partition(),
                    record.offset());
        }
    }

    private static <T> CompletableFuture<T> limited(CompletableFuture<T> answer) {
        return answer.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static FloeException unavailable(@Nullable Throwable cause) {
        return new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log of streams can't be written now", cause)
                .advise("connect again and send the rows from the stream's next offset on")
                .retryAfter(KafkaErrors.RETRY_MILLIS);
    }

    private Map<String, Object> producerConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, log.bootstrapServers());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "floe-streams");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS_MAX);
        config.put(ProducerConfig.SEND_BUFFER_CONFIG, KafkaTopic.SYSTEM_SOCKET_BUFFER);
        int deliveryMillis = Math.toIntExact(publish.deliveryMax().toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(10_000, deliveryMillis));
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, log.bootstrapServers());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "floe-streams");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, KafkaTopic.SYSTEM_SOCKET_BUFFER);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }
}
