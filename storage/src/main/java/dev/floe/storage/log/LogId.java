package dev.floe.storage.log;

import java.io.Serializable;

/**
 * Identity of a log: offsets mean something in it only.
 *
 * @param clusterId the Kafka cluster's own id
 * @param topicId the topic's UUID; a topic created again under its name has another
 */
public record LogId(String clusterId, String topicId) implements Serializable {
    /** No log in particular: fits every other. */
    public static final LogId ANY = new LogId("", "");

    /** False where both name a log, and not the same. */
    public boolean fits(LogId other) {
        return equals(ANY) || other.equals(ANY) || equals(other);
    }
}
