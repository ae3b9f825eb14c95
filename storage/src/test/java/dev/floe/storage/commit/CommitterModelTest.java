package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.TestTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every snapshot the files of each bucket are one unbroken chain of log ranges up to the bucket's offset, and each
 * file has the vector that the last change of the chain gave it.
 *
 * <p>Jobs checkpoint, are told so or not, die, restart from a newer or older checkpoint or from none, and come back
 * as zombies; catalogs fail before and after a commit lands. Whatever the schedule, the chain holds, and a job that
 * is left in peace at the end brings every bucket to the end of its log.
 */
class CommitterModelTest {
    private static final int STEPS = 50;
    private static final List<FaultyCatalog.Fault> FAULTS = List.of(FaultyCatalog.Fault.values());

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 200));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everySnapshotIsAnUnbrokenChain(long seed) throws Exception {
        Schedule schedule = new Schedule(new SplittableRandom(seed));
        for (int step = 0; step < STEPS; step++) {
            schedule.step();
        }
        schedule.finishInPeace();

        Table table = schedule.table.load();
        for (Snapshot snapshot : table.snapshots()) {
            schedule.requireChain(table, snapshot);
        }
    }

    /** What a job's checkpoint holds: changes not known to be committed. */
    private record Checkpoint(List<BucketChanges> pending) {}

    private static final class Schedule {
        private static final int BUCKETS = 2;

        private final SplittableRandom random;
        private final FaultyCatalog catalog = new FaultyCatalog();
        private final TestTable table;
        private final List<Checkpoint> checkpoints = new ArrayList<>();
        private final List<Job> zombies = new ArrayList<>();
        private final Map<String, BucketChanges> changesByFile = new HashMap<>();
        private final long[] logEnd = {CommittedOffsets.NONE, CommittedOffsets.NONE};
        private long nextCheckpoint = 1;
        private long nextEpoch = 1;
        private Job job;

        Schedule(SplittableRandom random) {
            this.random = random;
            this.table =
                    TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), List.of(1), BUCKETS);
            this.job = new Job(nextEpoch++);
            job.openWriters();
        }

        void step() {
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> logEnd[random.nextInt(BUCKETS)] += 1 + random.nextInt(3);
                case 3, 4, 5 -> job.read(random);
                case 6, 7, 8 -> job.checkpoint(random);
                case 9, 10, 11 -> commit(job);
                case 12 -> {
                    catalog.failNext(FAULTS.get(random.nextInt(FAULTS.size())));
                    commit(job);
                }
                case 13 -> {
                    zombies.add(job);
                    restart();
                }
                case 14 -> zombieActs();
                default -> {
                    if (!zombies.isEmpty()) {
                        catalog.beforeNext(this::zombieActs);
                    }
                    commit(job);
                }
            }
        }

        void finishInPeace() throws Exception {
            restart();
            for (int round = 0; round < 3; round++) {
                job.readAll();
                job.checkpoint(random);
                commit(job);
            }
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                assertThat(TableCommitter.offsets(table.load()).of(bucket)).isEqualTo(logEnd[bucket]);
            }
        }

        private void commit(Job committer) {
            try {
                committer.commitPending();
                catalog.behave();
            } catch (FloeException e) {
                catalog.behave();
                assertThat(e.code())
                        .isIn(ErrorCode.COMMIT_CONFLICT, ErrorCode.OUTCOME_UNKNOWN, ErrorCode.CATALOG_UNAVAILABLE);
                if (committer == job) {
                    restart();
                }
            }
        }

        private void zombieActs() {
            if (zombies.isEmpty()) {
                return;
            }
            Job zombie = zombies.get(random.nextInt(zombies.size()));
            zombie.read(random);
            if (random.nextBoolean()) {
                zombie.flushWithoutCheckpoint(random);
            }
            try {
                zombie.commitPending();
            } catch (FloeException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
                zombies.remove(zombie);
            }
        }

        /** Restores the newest checkpoint, or an older one, or none; where its changes don't fit any more, none. */
        private void restart() {
            Job restored = new Job(nextEpoch++);
            if (!checkpoints.isEmpty() && random.nextInt(8) > 0) {
                int back = random.nextInt(4) == 0 ? random.nextInt(checkpoints.size()) : 0;
                restored.restore(checkpoints.get(checkpoints.size() - 1 - back));
            }
            try {
                restored.commitPending();
                restored.openWriters();
            } catch (FloeException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
                restored = new Job(nextEpoch++);
                restored.openWriters();
            }
            job = restored;
        }

        void requireChain(Table loaded, Snapshot snapshot) throws Exception {
            CommittedOffsets offsets = CommitSummary.of(snapshot).orElseThrow().offsets();
            Map<Integer, TreeMap<Long, BucketChanges>> chains = new HashMap<>();
            Map<String, @Nullable Long> dead = new HashMap<>();
            try (CloseableIterable<FileScanTask> tasks = loaded.newScan()
                    .useSnapshot(snapshot.snapshotId())
                    .planWith(new CallerThread())
                    .planFiles()) {
                for (FileScanTask task : tasks) {
                    BucketChanges change =
                            Objects.requireNonNull(changesByFile.get(task.file().location()));
                    assertThat(chains.computeIfAbsent(change.bucket(), b -> new TreeMap<>())
                                    .put(change.baseOffset(), change))
                            .isNull();
                    assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
                    dead.put(
                            task.file().location(),
                            task.deletes().isEmpty()
                                    ? null
                                    : task.deletes().get(0).recordCount());
                }
            }
            Map<String, @Nullable Long> expectedDead = new HashMap<>();
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                long reached = CommittedOffsets.NONE;
                for (BucketChanges change :
                        chains.getOrDefault(bucket, new TreeMap<>()).values()) {
                    assertThat(change.baseOffset()).isEqualTo(reached);
                    reached = change.offset();
                    change.dataFiles().forEach(file -> expectedDead.putIfAbsent(file.location(), null));
                    change.deletionVectors()
                            .forEach(vector -> expectedDead.put(vector.referencedDataFile(), vector.recordCount()));
                }
                assertThat(offsets.of(bucket)).isEqualTo(reached);
            }
            assertThat(dead).isEqualTo(expectedDead);
        }

        /** One incarnation of the job. */
        private final class Job {
            private final long epoch;
            private final Map<Integer, FakeWriter> writers = new HashMap<>();
            private final List<BucketChanges> pending = new ArrayList<>();

            Job(long epoch) {
                this.epoch = epoch;
            }

            void restore(Checkpoint checkpoint) {
                pending.addAll(checkpoint.pending());
            }

            void openWriters() {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    writers.put(bucket, FakeWriter.open(table.load(), bucket, epoch));
                }
            }

            void read(SplittableRandom chance) {
                writers.values()
                        .forEach(writer ->
                                writer.readTo(Math.min(logEnd[writer.bucket()], writer.offset() + chance.nextInt(4))));
            }

            void readAll() {
                writers.values().forEach(writer -> writer.readTo(logEnd[writer.bucket()]));
            }

            void checkpoint(SplittableRandom chance) {
                flushWithoutCheckpoint(chance);
                nextCheckpoint++;
                checkpoints.add(new Checkpoint(List.copyOf(pending)));
            }

            void flushWithoutCheckpoint(SplittableRandom chance) {
                for (FakeWriter writer : writers.values()) {
                    writer.flush(chance).ifPresent(change -> {
                        pending.add(change);
                        change.dataFiles().forEach(file -> changesByFile.put(file.location(), change));
                    });
                }
            }

            void commitPending() {
                boolean nothing = pending.isEmpty();
                CommitOutcome outcome = TableCommitter.commit(
                        table.load(), table.layout(), pending, new CommitId("sink", epoch, nextCheckpoint));
                assertThat(outcome instanceof CommitOutcome.Nothing).isEqualTo(nothing);
                pending.clear();
            }
        }
    }
}
