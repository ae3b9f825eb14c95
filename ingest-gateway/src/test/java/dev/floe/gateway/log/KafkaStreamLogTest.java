package dev.floe.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.gateway.stream.StreamName;
import dev.floe.gateway.stream.StreamPosition;
import dev.floe.storage.log.LogSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streams' topic on a real broker, seen by two gateways. */
class KafkaStreamLogTest {
    private static final StreamName STREAM = new StreamName(new UUID(1, 2), "orders");
    private static final PublishSettings PUBLISH =
            new PublishSettings(1 << 20, Duration.ofDays(2), "none", 64 << 20, Duration.ofSeconds(20), AckLevel.BROKER);

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
    void agreesOnOneWriter() {
        LogSettings settings = new LogSettings(broker.bootstrapServers(), "agree", 1, (short) 1);
        try (KafkaStreamLog first = new KafkaStreamLog(settings, PUBLISH);
                KafkaStreamLog second = new KafkaStreamLog(settings, PUBLISH)) {
            KafkaTopic.ensure(settings, PUBLISH);
            first.start();
            second.start();
            StreamPosition old = first.claim(STREAM).join();
            assertThat(old.next()).isZero();
            assertThat(first.advance(STREAM, new StreamPosition(old.epoch(), 100, Map.of(3, 7L)))
                            .join())
                    .isTrue();
            assertThat(second.position(STREAM).join().next()).isEqualTo(100);

            StreamPosition taken = second.claim(STREAM).join();
            assertThat(taken.next()).isEqualTo(100);
            assertThat(taken.offsets()).containsEntry(3, 7L);
            assertThat(first.advance(STREAM, new StreamPosition(old.epoch(), 200, Map.of()))
                            .join())
                    .isFalse();
            assertThat(first.position(STREAM).join()).isEqualTo(taken);
        }
    }

    @Test
    void remembersAfterARestart() {
        LogSettings settings = new LogSettings(broker.bootstrapServers(), "remember", 1, (short) 1);
        KafkaTopic.ensure(settings, PUBLISH);
        try (KafkaStreamLog log = new KafkaStreamLog(settings, PUBLISH)) {
            log.start();
            StreamPosition writer = log.claim(STREAM).join();
            log.advance(STREAM, new StreamPosition(writer.epoch(), 42, Map.of()))
                    .join();
        }
        try (KafkaStreamLog log = new KafkaStreamLog(settings, PUBLISH)) {
            log.start();
            assertThat(log.position(STREAM).join().next()).isEqualTo(42);
            assertThat(log.position(new StreamName(new UUID(1, 2), "other"))
                            .join()
                            .epoch())
                    .isZero();
        }
    }
}
