package dev.floe.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogPartitioner;
import dev.floe.storage.log.LogSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log against a real broker. */
class KafkaEntryLogTest {
    private static final UUID TABLE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final PublishSettings PUBLISH = publish(Duration.ofDays(2), Duration.ofSeconds(20), AckLevel.BROKER);

    @TempDir
    static Path folder;

    static TestBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new TestBroker(folder.resolve("kafka"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void keepsTheOrderOfABucketAndNamesTheOffsets() {
        LogSettings settings = settings("order", 4);
        try (KafkaEntryLog log = new KafkaEntryLog(settings, PUBLISH)) {
            log.start();

            List<CompletableFuture<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(log.append(TABLE, i % 3, new byte[] {(byte) i}));
            }
            List<Long> offsets = answers.stream().map(CompletableFuture::join).toList();

            for (int bucket = 0; bucket < 3; bucket++) {
                int of = bucket;
                List<ConsumerRecord<byte[], byte[]>> kept = read(settings, bucket).stream()
                        .filter(entry -> ByteBuffer.wrap(entry.key()).getInt(16) == of)
                        .toList();
                for (int n = 0; n < kept.size(); n++) {
                    int i = n * 3 + bucket;
                    assertThat(kept.get(n).value()).containsExactly((byte) i);
                    assertThat(kept.get(n).offset()).isEqualTo(offsets.get(i));
                    assertThat(kept.get(n).key()).hasSize(20);
                }
                assertThat(kept).hasSize(bucket == 2 ? 166 : 167);
            }
        }
    }

    @Test
    void createsTheTopicForLargeEntriesAndLongOutages() throws Exception {
        LogSettings settings = settings("config", 2);
        try (KafkaEntryLog log = new KafkaEntryLog(settings, PUBLISH);
                Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
            log.start();
            log.append(TABLE, 0, new byte[log.entryBytesMax()]).join();

            Config config = config(admin, settings.topic());
            assertThat(config.get("retention.ms").value()).isEqualTo(Long.toString(TimeUnit.DAYS.toMillis(2)));
            assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
        }
    }

    /** The broker flushes before it confirms exactly while the settings ask for it. */
    @Test
    void flushesEachBatchWhereAcksMeanDisk() throws Exception {
        LogSettings settings = settings("flush", 2);
        PublishSettings toDisk = publish(Duration.ZERO, Duration.ofSeconds(20), AckLevel.FSYNC);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
            for (PublishSettings publish : List.of(PUBLISH, toDisk, PUBLISH)) {
                try (KafkaEntryLog log = new KafkaEntryLog(settings, publish)) {
                    log.start();
                    log.append(TABLE, 0, new byte[100]).join();

                    assertThat(log.health().detail())
                            .isEqualTo("log.ack=" + publish.ack().word());
                    for (String topic : List.of(settings.topic(), settings.deadLetterTopic())) {
                        assertThat(config(admin, topic).get("flush.messages").value())
                                .isEqualTo(publish.equals(toDisk) ? "1" : Long.toString(Long.MAX_VALUE));
                    }
                }
            }
        }
    }

    @Test
    void refusesATopicWithOtherPartitions() {
        try (KafkaEntryLog log = new KafkaEntryLog(settings("partitions", 2), PUBLISH)) {
            log.start();
        }
        try (KafkaEntryLog log = new KafkaEntryLog(settings("partitions", 3), PUBLISH)) {
            FloeException refusal = catchThrowableOfType(FloeException.class, log::start);

            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SETTINGS);
            assertThat(refusal.action()).contains("log.partitions");
        }
    }

    @Test
    void saysThatNothingOfATooLargeEntryWasStored() {
        try (KafkaEntryLog log = new KafkaEntryLog(settings("large", 1), PUBLISH)) {
            log.start();

            FloeException refusal = failure(log.append(TABLE, 0, new byte[4 << 20]));

            assertThat(refusal.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
        }
    }

    @Test
    void answersWhileTheBrokerIsGoneAndGoesOnWhenItIsBack() {
        PublishSettings hasty = publish(Duration.ZERO, Duration.ofSeconds(2), AckLevel.BROKER);
        try (KafkaEntryLog log = new KafkaEntryLog(settings("outage", 1), hasty)) {
            log.start();
            log.append(TABLE, 0, new byte[] {1}).join();

            broker.stop();
            FloeException first = failure(log.append(TABLE, 0, new byte[] {2}));
            FloeException second = failure(log.append(TABLE, 0, new byte[] {3}));
            boolean healthy = log.health().healthy();
            broker.startAgain();

            assertThat(first.code().kind()).isIn(ErrorKind.UNKNOWN_OUTCOME, ErrorKind.UNAVAILABLE);
            assertThat(second.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
            assertThat(second.retryAfterMillis()).isPositive();
            assertThat(healthy).isFalse();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> succeeds(log));
            assertThat(log.health().healthy()).isTrue();
        }
    }

    @Test
    void refusesEntriesBeforeItIsStarted() {
        try (KafkaEntryLog log = new KafkaEntryLog(settings("unstarted", 1), PUBLISH)) {
            FloeException refusal = failure(log.append(TABLE, 0, new byte[] {1}));

            assertThat(refusal.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
        }
    }

    private static boolean succeeds(KafkaEntryLog log) {
        try {
            return log.append(TABLE, 0, new byte[] {4}).join() > 0;
        } catch (CompletionException e) {
            return false;
        }
    }

    private static FloeException failure(CompletableFuture<Long> answer) {
        return catchThrowableOfType(FloeException.class, () -> {
            try {
                answer.join();
            } catch (CompletionException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        });
    }

    private static LogSettings settings(String topic, int partitions) {
        return new LogSettings(broker.bootstrapServers(), topic, partitions, (short) 1);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(LogSettings settings, int bucket) {
        TopicPartition partition =
                new TopicPartition(settings.topic(), LogPartitioner.partitionOf(TABLE, bucket, settings.partitions()));
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", settings.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
            }
        }
        return found;
    }

    private static PublishSettings publish(Duration retention, Duration deliveryMax, AckLevel ack) {
        return new PublishSettings(1 << 20, retention, "none", 64 << 20, deliveryMax, ack);
    }

    private static Config config(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Objects.requireNonNull(
                        admin.describeConfigs(List.of(resource)).values().get(resource))
                .get();
    }
}
