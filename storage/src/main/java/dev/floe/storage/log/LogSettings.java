package dev.floe.storage.log;

import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;

/**
 * Where the log is: one Kafka topic for all tables.
 *
 * <p>Entries of a bucket share a partition; the partition count of a topic in use never changes.
 */
public record LogSettings(String bootstrapServers, String topic, int partitions, short replication)
        implements Serializable {
    public static LogSettings read(SettingsReader settings) {
        return new LogSettings(
                settings.text(
                        "log.bootstrap-servers",
                        "",
                        "Kafka brokers, host:port with commas; empty: the embedded broker"),
                settings.text("log.topic", "floe.log", "Topic that holds the log"),
                settings.count("log.partitions", 8, 1, 1024, "Partitions of the log, set when it is first created"),
                (short) settings.count(
                        "log.replication", 1, 1, 9, "Replicas of the log, set when it is first created"));
    }

    /** Topic that keeps what could not be written. */
    public String deadLetterTopic() {
        return topic + ".dead-letter";
    }

    /** The same log behind other brokers. */
    public LogSettings at(String brokers) {
        return new LogSettings(brokers, topic, partitions, replication);
    }
}
