package dev.floe.gateway.log;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the log's topics where they are missing, and refuses ones that don't fit the settings. */
final class KafkaTopic {
    /** Of sockets: as large as the operating system makes them; Kafka's own are small for entries. */
    static final int SYSTEM_SOCKET_BUFFER = -1;

    private static final int TIMEOUT_SECONDS = 30;
    private static final int BATCH_OVERHEAD_BYTES = 64 << 10;
    private static final int STREAM_PARTITIONS = 4;
    private static final int STREAM_SEGMENT_BYTES = 64 << 20;
    private static final long COMPACTION_LAG_MILLIS = 3_600_000;

    private KafkaTopic() {}

    static void ensure(LogSettings log, PublishSettings publish) {
        with(log, admin -> {
            create(admin, log, topic(log.topic(), log.partitions(), log, publish));
            create(admin, log, topic(log.deadLetterTopic(), 1, log, publish));
            checkPartitions(log, partitions(admin, log, log.topic()));
            flushAsAsked(admin, log, publish.ack(), List.of(log.topic(), log.deadLetterTopic()));
        });
    }

    /** The topic of streams: compacted, but not what is younger than an hour, and kept for two of their lifetimes. */
    static void ensureStreams(LogSettings log, PublishSettings publish) {
        Map<String, String> config = new HashMap<>(config(log, publish));
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete");
        config.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(COMPACTION_LAG_MILLIS));
        config.put(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(log.streamLifetime().multipliedBy(2).toMillis()));
        config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(STREAM_SEGMENT_BYTES));
        with(log, admin -> {
            create(admin, log, new NewTopic(log.streamTopic(), STREAM_PARTITIONS, log.replication()).configs(config));
            partitions(admin, log, log.streamTopic());
            flushAsAsked(admin, log, publish.ack(), List.of(log.streamTopic()));
        });
    }

    /** Which log the topic is. */
    static LogId id(LogSettings log) {
        AtomicReference<LogId> found = new AtomicReference<>(LogId.ANY);
        with(log, admin -> {
            try {
                String cluster = admin.describeCluster().clusterId().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                TopicDescription topic = Objects.requireNonNull(admin.describeTopics(List.of(log.topic()))
                        .allTopicNames()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .get(log.topic()));
                found.set(new LogId(cluster, topic.topicId().toString()));
            } catch (ExecutionException e) {
                throw unavailable(log, cause(e));
            }
        });
        return Objects.requireNonNull(found.get());
    }

    /** The offsets after the last records of some partitions. */
    static Map<Integer, Long> ends(LogSettings log, Set<Integer> partitions) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(new TopicPartition(log.topic(), partition), OffsetSpec.latest()));
        Map<Integer, Long> ends = new HashMap<>();
        with(log, admin -> {
            try {
                admin.listOffsets(wanted)
                        .all()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
            } catch (ExecutionException e) {
                throw unavailable(log, cause(e));
            }
        });
        return ends;
    }

    private interface Work {
        void with(Admin admin) throws InterruptedException, TimeoutException;
    }

    private static void with(LogSettings log, Work work) {
        Map<String, Object> config = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                log.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "floe-topic");
        try (Admin admin = Admin.create(config)) {
            work.with(admin);
        } catch (TimeoutException | KafkaException e) {
            throw unavailable(log, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(log, e);
        }
    }

    private static void create(Admin admin, LogSettings log, NewTopic topic)
            throws InterruptedException, TimeoutException {
        try {
            admin.createTopics(List.of(topic)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw unavailable(log, cause(e));
            }
        }
    }

    /** Bytes of a Kafka batch that holds one entry of the largest size. */
    static int messageBytesMax(PublishSettings publish) {
        return publish.entryBytesMax() + BATCH_OVERHEAD_BYTES;
    }

    private static NewTopic topic(String name, int partitions, LogSettings log, PublishSettings publish) {
        return new NewTopic(name, partitions, log.replication()).configs(config(log, publish));
    }

    private static Map<String, String> config(LogSettings log, PublishSettings publish) {
        long retention = publish.retention().isZero() ? -1 : publish.retention().toMillis();
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention),
                TopicConfig.RETENTION_BYTES_CONFIG,
                "-1",
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(messageBytesMax(publish)),
                // retention follows the broker's clock, not that of whoever wrote
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime",
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(Math.max(1, log.replication() - 1)));
    }

    /** A topic just created may take a moment until every broker knows it. */
    private static int partitions(Admin admin, LogSettings log, String topic)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                return admin
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .values()
                        .stream()
                        .mapToInt(found -> found.partitions().size())
                        .sum();
            } catch (ExecutionException e) {
                boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!unknown || System.nanoTime() > deadline) {
                    throw unavailable(log, cause(e));
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** Has the brokers write each batch to disk before they confirm it, or leaves that to the operating system. */
    private static void flushAsAsked(Admin admin, LogSettings log, AckLevel ack, List<String> topics)
            throws InterruptedException, TimeoutException {
        ConfigEntry eachBatch = new ConfigEntry(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        AlterConfigOp change = new AlterConfigOp(
                eachBatch, ack == AckLevel.FSYNC ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE);
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : topics) {
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change));
        }
        try {
            admin.incrementalAlterConfigs(changes).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw unavailable(log, cause(e));
        }
    }

    private static void checkPartitions(LogSettings log, int found) {
        if (found != log.partitions()) {
            throw new FloeException(
                            ErrorCode.INVALID_SETTINGS,
                            "topic " + log.topic() + " has " + found + " partitions, log.partitions says "
                                    + log.partitions())
                    .advise("set log.partitions to " + found + "; the partitions of a log in use never change");
        }
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static FloeException unavailable(LogSettings log, Throwable cause) {
        return new FloeException(
                        ErrorCode.LOG_UNAVAILABLE,
                        "no Kafka with the topic " + log.topic() + " at " + log.bootstrapServers() + ": "
                                + cause.getMessage(),
                        cause)
                .advise("check log.bootstrap-servers and that the brokers run");
    }
}
