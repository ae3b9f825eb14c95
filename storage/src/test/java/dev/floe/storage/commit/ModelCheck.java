package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.commit.ModelWorld.MadeFile;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** What must hold of every snapshot a table ever had, whatever the schedule was. */
final class ModelCheck {
    private final ModelWorld world;
    private final Table table;

    ModelCheck(ModelWorld world) {
        this.world = world;
        this.table = world.load();
    }

    private record Chain(LogId log, int bucket) {}

    void run() {
        for (Snapshot snapshot : table.snapshots()) {
            requireChains(snapshot);
            requireEpochsRise(snapshot);
        }
    }

    /** The files of each bucket hold each entry of the log once, from the first to the bucket's offset. */
    private void requireChains(Snapshot snapshot) {
        Map<Chain, NavigableMap<Long, BucketChanges>> chains = new HashMap<>();
        Map<String, @Nullable Long> dead = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan()
                .useSnapshot(snapshot.snapshotId())
                .planWith(new CallerThread())
                .planFiles()) {
            for (FileScanTask task : tasks) {
                MadeFile made = Objects.requireNonNull(world.file(task.file().location()));
                BucketChanges change = made.flush().changes();
                assertThat(made.flush().entries())
                        .as("a file has each entry of its range")
                        .isEqualTo(LongStream.rangeClosed(change.baseOffset() + 1, change.offset())
                                .boxed()
                                .toList());
                assertThat(chains.computeIfAbsent(new Chain(made.log(), change.bucket()), c -> new TreeMap<>())
                                .put(change.baseOffset(), change))
                        .as("no range is there twice")
                        .isNull();
                assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
                assertThat(world.isThere(task.file().location()))
                        .as("a snapshot's data files are there")
                        .isTrue();
                assertThat(task.deletes()).allMatch(vector -> world.isThere(vector.location()));
                dead.put(
                        task.file().location(),
                        task.deletes().isEmpty() ? null : task.deletes().get(0).recordCount());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        requireUnbroken(summary(snapshot), chains, dead);
    }

    /** Of the snapshot, or the nearest before it: others' change no rows. */
    private CommitSummary summary(Snapshot snapshot) {
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(snapshot.snapshotId(), table::snapshot)) {
            Optional<CommitSummary> summary = CommitSummary.of(ancestor);
            if (summary.isPresent()) {
                return summary.get();
            }
        }
        return new CommitSummary(new CommitId("sink", 0, 0), "", new CommittedOffsets(Map.of()), Map.of());
    }

    private static void requireUnbroken(
            CommitSummary summary,
            Map<Chain, NavigableMap<Long, BucketChanges>> chains,
            Map<String, @Nullable Long> dead) {
        for (int bucket = 0; bucket < ModelWorld.BUCKETS; bucket++) {
            Chain current = new Chain(summary.id().log(), bucket);
            chains.computeIfAbsent(current, chain -> new TreeMap<>());
        }
        chains.forEach((chain, changes) -> {
            long reached = CommittedOffsets.NONE;
            for (BucketChanges change : changes.values()) {
                assertThat(change.baseOffset()).as("the chain has no hole").isEqualTo(reached);
                reached = change.offset();
            }
            if (chain.log().equals(summary.id().log())) {
                assertThat(summary.offsets().of(chain.bucket()))
                        .as("the offset is the chain's end")
                        .isEqualTo(reached);
            }
        });
        requireNewestVectors(chains, dead);
    }

    /** Each file has the vector that the last change of its bucket gave it, or none. */
    private static void requireNewestVectors(
            Map<Chain, NavigableMap<Long, BucketChanges>> chains, Map<String, @Nullable Long> dead) {
        Map<String, @Nullable Long> expected = new HashMap<>();
        dead.keySet().forEach(file -> expected.put(file, null));
        List<BucketChanges> ordered = chains.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        (a, b) -> a.log().topicId().compareTo(b.log().topicId())))
                .flatMap(chain -> chain.getValue().values().stream())
                .toList();
        for (BucketChanges change : ordered) {
            change.deletionVectors().forEach(vector -> expected.put(vector.referencedDataFile(), vector.recordCount()));
        }
        assertThat(dead).isEqualTo(expected);
    }

    private void requireEpochsRise(Snapshot snapshot) {
        Optional<CommitSummary> summary = CommitSummary.of(snapshot);
        Long parentId = snapshot.parentId();
        Snapshot parent = parentId == null ? null : table.snapshot(parentId);
        if (parent != null && summary.isPresent()) {
            long before = CommitSummary.of(parent).map(p -> p.id().epoch()).orElse(-1L);
            assertThat(summary.get().id().epoch())
                    .as("no epoch commits after a later one")
                    .isGreaterThanOrEqualTo(before);
        }
    }
}
