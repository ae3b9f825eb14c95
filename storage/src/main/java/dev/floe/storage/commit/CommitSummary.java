package dev.floe.storage.commit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;

/**
 * What Floe writes into the summary of each of its snapshots, and reads back.
 *
 * <p>{@code floe.offsets} and {@code floe.writer-epochs} are JSON objects from bucket to number, of all buckets that
 * ever had an entry; the latter says which writer last advanced the bucket.
 *
 * @param attempt unique to one attempt to commit, so that its fate can be found out afterwards
 */
record CommitSummary(CommitId id, String attempt, CommittedOffsets offsets, Map<Integer, Long> writerEpochs) {
    static final String OFFSETS = "floe.offsets";
    static final String WRITER_EPOCHS = "floe.writer-epochs";
    static final String SINK_ID = "floe.sink-id";
    static final String EPOCH = "floe.epoch";
    static final String CHECKPOINT_ID = "floe.checkpoint-id";
    static final String COMMIT_ID = "floe.commit-id";
    static final String LOG_CLUSTER_ID = "floe.log-cluster-id";
    static final String LOG_TOPIC_ID = "floe.log-topic-id";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<Integer, Long>> NUMBERS = new TypeReference<>() {};

    CommitSummary {
        writerEpochs = Map.copyOf(writerEpochs);
    }

    /** The summary of a snapshot, or empty where Floe did not write it. */
    static Optional<CommitSummary> of(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        if (summary == null || !summary.containsKey(OFFSETS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CommitSummary(
                    new CommitId(
                            summary.getOrDefault(SINK_ID, ""),
                            new LogId(summary.getOrDefault(LOG_CLUSTER_ID, ""), summary.getOrDefault(LOG_TOPIC_ID, "")),
                            Long.parseLong(summary.getOrDefault(EPOCH, "0")),
                            Long.parseLong(summary.getOrDefault(CHECKPOINT_ID, "0"))),
                    summary.getOrDefault(COMMIT_ID, ""),
                    new CommittedOffsets(JSON.readValue(summary.get(OFFSETS), NUMBERS)),
                    JSON.readValue(summary.getOrDefault(WRITER_EPOCHS, "{}"), NUMBERS)));
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new FloeException(
                    ErrorCode.TABLE_CHANGED,
                    "snapshot " + snapshot.snapshotId() + " has a summary that Floe can't have written",
                    e);
        }
    }

    /** True where the snapshot is the one this attempt made. */
    boolean isOf(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return summary != null && attempt.equals(summary.get(COMMIT_ID));
    }

    void writeTo(SnapshotUpdate<?> update) {
        update.set(OFFSETS, json(offsets.byBucket()));
        update.set(WRITER_EPOCHS, json(writerEpochs));
        update.set(SINK_ID, id.sinkId());
        update.set(LOG_CLUSTER_ID, id.log().clusterId());
        update.set(LOG_TOPIC_ID, id.log().topicId());
        update.set(EPOCH, Long.toString(id.epoch()));
        update.set(CHECKPOINT_ID, Long.toString(id.checkpointId()));
        update.set(COMMIT_ID, attempt);
    }

    private static String json(Map<Integer, Long> numbers) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(numbers));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of numbers has no JSON", e);
        }
    }
}
