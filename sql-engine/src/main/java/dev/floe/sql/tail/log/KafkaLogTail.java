package dev.floe.sql.tail.log;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.sql.tail.LogTail;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import dev.floe.storage.log.LogSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log for reads.
 *
 * <p>It begins where a job without a checkpoint would: at the first entry that some table lacks, and before it as far
 * as streams are remembered, so that rows which a client sent again are known. Entries that snapshots have are only
 * looked at for their streams. While it catches up, reads at latest wait. For one start.
 */
public final class KafkaLogTail implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogTail.class);
    private static final Duration POLL_MAX = Duration.ofMillis(500);
    private static final Duration ASK_MAX = Duration.ofSeconds(30);
    private static final byte[] NONE = new byte[0];
    private static final int FETCH_BYTES = 8 << 20;
    private static final long CLOSE_MILLIS_MAX = 5_000;

    private final Supplier<LogSettings> settings;
    private final Tables tables;
    private final LogTail tail;
    private final Clock clock;
    private volatile @Nullable String trouble = "not started";
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile @Nullable EndQueries ends;
    private volatile @Nullable Thread follower;

    /** {@code settings} are asked for at the start, when the brokers are known. */
    public KafkaLogTail(Supplier<LogSettings> settings, Tables tables, LogTail tail, Clock clock) {
        this.settings = settings;
        this.tables = tables;
        this.tail = tail;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "log-tail";
    }

    /** Throws LOG_UNAVAILABLE where the topic is not there. */
    @Override
    public void start() {
        LogSettings log = settings.get();
        KafkaConsumer<byte[], byte[]> source = open(log);
        consumer = source;
        try {
            List<TopicPartition> partitions = source.partitionsFor(log.topic(), ASK_MAX).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .sorted(Comparator.comparingInt(TopicPartition::partition))
                    .toList();
            Map<LogKey, Long> committed = committed();
            long[] starts = starts(source, partitions, committed, log.streamLifetime());
            source.assign(partitions);
            partitions.forEach(partition -> source.seek(partition, starts[partition.partition()]));
            EndQueries questions = new EndQueries(open(log), partitions);
            ends = questions;
            tail.begin(starts, committed, questions);
            thread("log-ends", questions);
        } catch (KafkaException e) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log can't be followed: " + e.getMessage(), e);
        }
        trouble = null;
        follower = thread("log-tail", () -> follow(source));
    }

    @Override
    public Health health() {
        String known = trouble;
        return known == null ? Health.OK : Health.down(known);
    }

    @Override
    public void close() {
        closed = true;
        EndQueries questions = ends;
        if (questions != null) {
            questions.close();
        }
        KafkaConsumer<byte[], byte[]> open = consumer;
        Thread running = follower;
        if (open == null) {
            return;
        }
        if (running == null) {
            open.close();
            return;
        }
        open.wakeup();
        try {
            running.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> source) {
        while (!closed) {
            try {
                ConsumerRecords<byte[], byte[]> records = source.poll(POLL_MAX);
                for (ConsumerRecord<byte[], byte[]> entry : records) {
                    byte[] key = entry.key() == null ? NONE : entry.key();
                    byte[] value = entry.value() == null ? NONE : entry.value();
                    tail.add(entry.offset(), entry.timestamp(), key, value);
                }
                source.assignment()
                        .forEach(partition -> tail.advance(partition.partition(), source.position(partition)));
                trouble = null;
            } catch (WakeupException | InterruptException e) {
                break;
            } catch (KafkaException e) {
                if (trouble == null) {
                    LOG.warn("the log can't be followed: {}", e.getMessage());
                }
                trouble = "the log can't be followed: " + e.getMessage();
            }
        }
        source.close();
    }

    /** What snapshots have of each bucket. */
    private Map<LogKey, Long> committed() {
        Map<LogKey, Long> committed = new HashMap<>();
        for (TableDefinition table : tables.listAll()) {
            try {
                CommittedOffsets offsets = TableCommitter.offsets(tables.iceberg(table.name()));
                for (int bucket = 0; bucket < table.buckets(); bucket++) {
                    committed.put(new LogKey(table.id(), bucket), offsets.of(bucket));
                }
            } catch (FloeException e) {
                if (e.code() != ErrorCode.TABLE_NOT_FOUND && e.code() != ErrorCode.TABLE_CHANGED) {
                    throw e;
                }
                LOG.warn("table is not followed: table={} code={} {}", table.name(), e.code(), e.message());
            }
        }
        return committed;
    }

    private long[] starts(
            KafkaConsumer<byte[], byte[]> source,
            List<TopicPartition> partitions,
            Map<LogKey, Long> committed,
            Duration lifetime) {
        Map<TopicPartition, Long> begins = source.beginningOffsets(partitions, ASK_MAX);
        Map<TopicPartition, Long> ends = source.endOffsets(partitions, ASK_MAX);
        long since = clock.millis() - lifetime.toMillis();
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since));
        Map<TopicPartition, OffsetAndTimestamp> remembered = source.offsetsForTimes(times, ASK_MAX);
        long[] starts = new long[partitions.size()];
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp first = remembered.get(partition);
            long end = ends.getOrDefault(partition, 0L);
            starts[partition.partition()] = Math.min(end, first == null ? end : first.offset());
        }
        committed.forEach((bucket, offset) -> {
            int partition = LogPartitioner.partitionOf(bucket.tableId(), bucket.bucket(), starts.length);
            starts[partition] = Math.min(starts[partition], offset + 1);
        });
        partitions.forEach(partition -> starts[partition.partition()] =
                Math.max(starts[partition.partition()], begins.getOrDefault(partition, 0L)));
        return starts;
    }

    private static KafkaConsumer<byte[], byte[]> open(LogSettings log) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                log.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000,
                // the system's, which grow with what is read: in Kafka's 64 KB each entry takes several reads
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                -1);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
