package dev.floe.storage.log;

import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;

/**
 * Where the log is: one Kafka topic for all tables.
 *
 * <p>Entries of a bucket share a partition; the partition count of a topic in use never changes.
 *
 * @param streamLifetime how long a stream without rows is remembered; rows sent again later than that are taken twice
 */
public record LogSettings(
        String bootstrapServers, String topic, int partitions, short replication, Duration streamLifetime)
        implements Serializable {
    public static final Duration STREAM_LIFETIME = Duration.ofHours(24);

    /** With the default lifetime of streams. */
    public LogSettings(String bootstrapServers, String topic, int partitions, short replication) {
        this(bootstrapServers, topic, partitions, replication, STREAM_LIFETIME);
    }

    public static LogSettings read(SettingsReader settings) {
        return new LogSettings(
                settings.text(
                        "log.bootstrap-servers",
                        "",
                        "Kafka brokers, host:port with commas; empty: the embedded broker"),
                settings.text("log.topic", "floe.log", "Topic that holds the log"),
                settings.count("log.partitions", 8, 1, 1024, "Partitions of the log, set when it is first created"),
                (short) settings.count("log.replication", 1, 1, 9, "Replicas of the log, set when it is first created"),
                settings.duration(
                        "log.stream-lifetime",
                        "24h",
                        "How long a writer's stream is remembered after its last row, so that rows sent again are"
                                + " not stored twice"));
    }

    /** Topic that keeps what could not be written. */
    public String deadLetterTopic() {
        return topic + ".dead-letter";
    }

    /** Topic that keeps how far each stream is. */
    public String streamTopic() {
        return topic + ".streams";
    }

    /** The same log behind other brokers. */
    public LogSettings at(String brokers) {
        return new LogSettings(brokers, topic, partitions, replication, streamLifetime);
    }
}
