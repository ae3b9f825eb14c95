package dev.floe.gateway.log;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the log's topics where they are missing, and refuses ones that don't fit the settings. */
final class KafkaTopic {
    private static final int TIMEOUT_SECONDS = 30;
    private static final int BATCH_OVERHEAD_BYTES = 64 << 10;

    private KafkaTopic() {}

    static void ensure(LogSettings log, PublishSettings publish) {
        Map<String, Object> config = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                log.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "floe-topic");
        try (Admin admin = Admin.create(config)) {
            create(admin, log, topic(log.topic(), log.partitions(), log, publish));
            create(admin, log, topic(log.deadLetterTopic(), 1, log, publish));
            checkPartitions(log, partitions(admin, log));
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
        long retention = publish.retention().isZero() ? -1 : publish.retention().toMillis();
        return new NewTopic(name, partitions, log.replication())
                .configs(Map.of(
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
                        Integer.toString(Math.max(1, log.replication() - 1))));
    }

    /** A topic just created may take a moment until every broker knows it. */
    private static int partitions(Admin admin, LogSettings log) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                return admin
                        .describeTopics(List.of(log.topic()))
                        .allTopicNames()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .values()
                        .stream()
                        .mapToInt(topic -> topic.partitions().size())
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
