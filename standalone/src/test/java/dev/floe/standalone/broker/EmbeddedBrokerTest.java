package dev.floe.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    Path temp = Path.of("");

    @Test
    void keepsRecordsOverKillsAndRestarts() throws Exception {
        BrokerSettings settings = settings();
        try (EmbeddedBroker broker = new EmbeddedBroker(settings)) {
            broker.start();
            createTopic(broker);
            send(broker, "one");

            killChild();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> broker.health().healthy());

            send(broker, "two");
            assertThat(read(broker)).containsExactly("one", "two");
        }
        try (EmbeddedBroker again = new EmbeddedBroker(settings)) {
            again.start();

            assertThat(read(again)).containsExactly("one", "two");
        }
    }

    @Test
    void startsOverAHalfFormattedFolder() throws Exception {
        Files.createDirectories(temp.resolve("kafka.new"));
        Files.writeString(temp.resolve("kafka.new/bootstrap.checkpoint"), "half");
        Files.createDirectories(temp.resolve("kafka"));

        try (EmbeddedBroker broker = new EmbeddedBroker(settings())) {
            broker.start();

            assertThat(broker.health().healthy()).isTrue();
        }
    }

    private BrokerSettings settings() {
        return new BrokerSettings(temp.resolve("kafka"), temp.resolve("logs/broker.log"), 0, 256L << 20);
    }

    private static void killChild() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
    }

    private static void send(EmbeddedBroker broker, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("t", 0, "k", value)).get();
        }
    }

    private static List<String> read(EmbeddedBroker broker) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        TopicPartition partition = new TopicPartition("t", 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            List<String> values = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
