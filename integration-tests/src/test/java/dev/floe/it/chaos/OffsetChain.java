package dev.floe.it.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;

/** What the summaries of a table's snapshots must say, one after the other. */
record OffsetChain(String table, List<String> violations) {
    private static final TypeReference<TreeMap<String, Long>> OFFSETS = new TypeReference<>() {};

    /** Offsets and epochs never fall, no commit is there twice, and each snapshot names its log. */
    void check(List<Snapshot> ancestry) {
        Map<String, Long> before = Map.of();
        long epoch = -1;
        Set<String> commits = new HashSet<>();
        for (Snapshot snapshot : ancestry) {
            Map<String, String> summary = snapshot.summary();
            if (!summary.containsKey("floe.offsets") || !summary.containsKey("floe.log-topic-id")) {
                violations.add(table + ": snapshot " + snapshot.snapshotId() + " names no offsets");
                continue;
            }
            Map<String, Long> offsets = parse(summary.get("floe.offsets"));
            before.forEach((bucket, offset) -> {
                if (offsets.getOrDefault(bucket, -1L) < offset) {
                    violations.add(table + ": bucket " + bucket + " falls from " + offset + " to " + offsets.get(bucket)
                            + " in snapshot " + snapshot.snapshotId());
                }
            });
            before = offsets;
            long now = Long.parseLong(summary.get("floe.epoch"));
            if (now < epoch) {
                violations.add(table + ": epoch " + now + " commits after " + epoch);
            }
            epoch = now;
            if (!commits.add(summary.get("floe.commit-id"))) {
                violations.add(table + ": a commit is there twice: " + summary.get("floe.commit-id"));
            }
        }
    }

    private static Map<String, Long> parse(String offsets) {
        try {
            return new ObjectMapper().readValue(offsets, OFFSETS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("offsets that are no JSON: " + offsets, e);
        }
    }
}
