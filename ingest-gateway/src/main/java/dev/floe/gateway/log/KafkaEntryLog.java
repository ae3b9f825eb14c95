package dev.floe.gateway.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.fault.FaultPoint;
import dev.floe.core.lifecycle.Health;
import dev.floe.storage.log.LogFiller;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import dev.floe.storage.log.LogSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in one Kafka topic.
 *
 * <p>One idempotent producer with acks from all in-sync replicas; entries of a bucket share a partition and keep their
 * order through retries. After a failure entries are refused at once for a second, so that callers don't pile up
 * behind brokers that are down. A producer that ends in a fatal state is replaced.
 */
public final class KafkaEntryLog implements EntryLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaEntryLog.class);
    private static final int KEY_BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final int KAFKA_BATCH_BYTES = 1 << 20;
    private static final int LINGER_MILLIS = 1;
    private static final int BLOCK_MILLIS_MAX = 1_000;
    private static final int REQUEST_MILLIS_MAX = 10_000;
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final LogSettings log;
    private final PublishSettings publish;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile @Nullable String trouble;
    private volatile long pausedUntilNanos = System.nanoTime();

    @GuardedBy("this")
    private boolean closed;

    public KafkaEntryLog(LogSettings log, PublishSettings publish) {
        this.log = log;
        this.publish = publish;
    }

    @Override
    public String name() {
        return "log";
    }

    /** Creates the topic where it is missing; throws LOG_UNAVAILABLE or INVALID_SETTINGS. */
    @Override
    public void start() {
        KafkaTopic.ensure(log, publish);
        Producer<byte[], byte[]> first = open();
        first.partitionsFor(log.topic());
        producer = first;
    }

    @Override
    public int entryBytesMax() {
        return publish.entryBytesMax();
    }

    @Override
    public LogId id() {
        return KafkaTopic.id(log);
    }

    @Override
    public Map<LogKey, Long> extendPast(Map<LogKey, Long> remembered) {
        Map<Integer, Long> wanted = new HashMap<>();
        remembered.forEach((key, offset) -> wanted.merge(partition(key), offset, Math::max));
        Map<Integer, Long> ends = KafkaTopic.ends(log, wanted.keySet());
        Map<LogKey, Long> lost = new HashMap<>();
        remembered.forEach((key, offset) -> {
            long end = ends.getOrDefault(partition(key), Long.MAX_VALUE);
            if (end <= offset) {
                lost.put(key, end);
            }
        });
        wanted.forEach((partition, offset) -> {
            long end = ends.getOrDefault(partition, Long.MAX_VALUE);
            while (end <= offset) {
                end = fill(partition, offset + 1 - end);
            }
        });
        return lost;
    }

    private int partition(LogKey key) {
        return LogPartitioner.partitionOf(key.tableId(), key.bucket(), log.partitions());
    }

    /** Writes records that nobody reads; returns the offset after the last. */
    private long fill(int partition, long records) {
        LOG.error("the log is shorter than it was topic={} partition={} filling={}", log.topic(), partition, records);
        Producer<byte[], byte[]> filler = producer;
        if (filler == null) {
            throw KafkaErrors.notWritten(new IllegalStateException("the log is not started, or closed"));
        }
        try {
            Future<RecordMetadata> last = null;
            for (long i = 0; i < records; i++) {
                last = filler.send(new ProducerRecord<>(log.topic(), partition, new byte[0], LogFiller.value()));
            }
            return last == null ? Long.MAX_VALUE : last.get().offset() + 1;
        } catch (ExecutionException | KafkaException e) {
            throw KafkaErrors.notWritten(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaErrors.notWritten(e);
        }
    }

    @Override
    public CompletableFuture<Long> append(UUID tableId, int bucket, byte[] entry) {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            return CompletableFuture.failedFuture(
                    KafkaErrors.notWritten(new IllegalStateException("the log is not started, or closed")));
        }
        String known = trouble;
        if (known != null && System.nanoTime() - pausedUntilNanos < 0) {
            return CompletableFuture.failedFuture(KafkaErrors.notWritten(new IllegalStateException(known)));
        }
        int partition = LogPartitioner.partitionOf(tableId, bucket, log.partitions());
        ProducerRecord<byte[], byte[]> kafkaRecord =
                new ProducerRecord<>(log.topic(), partition, key(tableId, bucket), entry);
        return send(current, kafkaRecord);
    }

    @Override
    public Health health() {
        String known = trouble;
        return known == null ? new Health(true, "log.ack=" + publish.ack().word()) : Health.down(known);
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> last;
        synchronized (this) {
            closed = true;
            last = producer;
            producer = null;
        }
        if (last != null) {
            last.close(CLOSE_MAX);
        }
    }

    private CompletableFuture<Long> send(Producer<byte[], byte[]> current, ProducerRecord<byte[], byte[]> kafkaRecord) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        Thread sender = Thread.currentThread();
        try {
            Future<RecordMetadata> unused = current.send(kafkaRecord, (metadata, failure) -> {
                if (failure == null) {
                    if (trouble != null) {
                        recovered();
                    }
                    FaultPoint.reached("gateway.before-ack");
                    answer.complete(metadata.offset());
                    return;
                }
                failed(failure);
                // a callback on the sender's own thread means that the entry was never handed over
                boolean kept = Thread.currentThread() == sender;
                answer.completeExceptionally(kept ? KafkaErrors.notWritten(failure) : KafkaErrors.afterSend(failure));
            });
        } catch (ApiException e) {
            failed(e);
            answer.completeExceptionally(KafkaErrors.notWritten(e));
        } catch (KafkaException | IllegalStateException e) {
            failed(e);
            answer.completeExceptionally(KafkaErrors.notWritten(e));
            replace(current);
        }
        return answer;
    }

    private void failed(Exception failure) {
        if (trouble == null) {
            LOG.error("the log does not take entries topic={}", log.topic(), failure);
        }
        trouble = "entries fail: " + failure.getClass().getSimpleName() + ": " + failure.getMessage();
        if (failure instanceof RetriableException) {
            pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
        }
    }

    private void recovered() {
        trouble = null;
        LOG.info("the log takes entries again topic={}", log.topic());
    }

    private void replace(Producer<byte[], byte[]> broken) {
        synchronized (this) {
            if (closed || producer != broken) {
                return;
            }
            LOG.warn("replacing a producer that can't go on topic={}", log.topic());
            producer = open();
        }
        broken.close(Duration.ZERO);
    }

    private Producer<byte[], byte[]> open() {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, log.bootstrapServers());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "floe-ingest");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, publish.compression());
        config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, KAFKA_BATCH_BYTES);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, publish.bufferBytesMax());
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, KafkaTopic.messageBytesMax(publish));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS_MAX);
        config.put(ProducerConfig.SEND_BUFFER_CONFIG, KafkaTopic.SYSTEM_SOCKET_BUFFER);
        int deliveryMillis = Math.toIntExact(publish.deliveryMax().toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis);
        config.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_MILLIS_MAX, deliveryMillis - LINGER_MILLIS));
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] key(UUID tableId, int bucket) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putLong(tableId.getMostSignificantBits())
                .putLong(tableId.getLeastSignificantBits())
                .putInt(bucket)
                .array();
    }
}
