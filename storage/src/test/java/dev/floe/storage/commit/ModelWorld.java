package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.commit.ModelJob.Checkpoint;
import dev.floe.storage.commit.SinkTables.SinkTable;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.TableLayout;
import dev.floe.storage.write.TestTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** A log, a table in a faulty catalog, a job, its zombies and the person who operates them; all moves from one seed. */
final class ModelWorld {
    static final int BUCKETS = 2;

    final SplittableRandom random;
    final Guards guards;
    final ModelLog log = new ModelLog(BUCKETS);
    final ModelStates states = new ModelStates();

    private static final List<FaultyCatalog.Fault> FAULTS = List.of(FaultyCatalog.Fault.values());
    private static final int READ_MAX = 3;
    private static final int SETTLING_ROUNDS_MAX = 16;

    private final Schedule schedule;
    private final FaultyCatalog catalog = new FaultyCatalog();
    private final TestTable table;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<ModelJob> zombies = new ArrayList<>();
    private final Map<String, MadeFile> files = new HashMap<>();
    private final ModelMaintenance maintenance = new ModelMaintenance(this);
    private long nextEpoch = 1;
    private ModelJob job;
    private long clock;
    private long settledAt;

    /** What happens to the job, and from where it restarts. */
    enum Schedule {
        /** Everything. */
        STORMY,
        /** No zombies, no one who meddles; restarts from the newest checkpoint. */
        CALM,
        /** Everything, and restarts from any older checkpoint. */
        OLDER_CHECKPOINTS,
        /** Everything, and restarts without a checkpoint. */
        STATELESS
    }

    /** A file as its writer made it. */
    record MadeFile(LogId log, FakeWriter.Flush flush) {}

    ModelWorld(long seed, Guards guards, Schedule schedule) {
        this.random = new SplittableRandom(seed);
        this.guards = guards;
        this.schedule = schedule;
        this.table = TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), List.of(1), BUCKETS);
        this.job = new ModelJob(this, nextEpoch++, null);
    }

    /** One move of the schedule. */
    void step() {
        clock++;
        if (job.isOver() && random.nextInt(3) == 0) {
            restart();
        }
        switch (random.nextInt(schedule == Schedule.CALM ? 18 : 34)) {
            case 0, 1, 2, 3 -> log.append(random.nextInt(BUCKETS), 1 + random.nextInt(3));
            case 4, 5, 6, 7 -> job.read(READ_MAX);
            case 8, 9, 10, 11 -> checkpoint();
            case 12, 13, 14 -> notifyJob();
            case 15, 16 -> {
                catalog.failNext(FAULTS.get(random.nextInt(FAULTS.size())));
                notifyJob();
            }
            case 17 -> restart();
            case 18 -> {
                zombies.add(job);
                restart();
            }
            case 19 -> zombieActs();
            case 20 -> {
                catalog.beforeNext(this::zombieActs);
                notifyJob();
            }
            case 21, 22 -> resume();
            case 23 -> seldom(3, this::rollBack);
            case 24 -> seldom(3, this::swap);
            case 25 -> seldom(6, this::wipe);
            case 26 ->
                seldom(3, () -> {
                    catalog.beforeNext(this::rollBack);
                    notifyJob();
                });
            default -> maintain();
        }
    }

    /** Everything that was broken is mended, and the job is left in peace: all of the log has to arrive. */
    void settle() {
        catalog.behave();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            log.append(bucket, 1); // a bucket that nothing comes for does not open
        }
        if (random.nextBoolean()) {
            restart();
        }
        for (int round = 0; round < SETTLING_ROUNDS_MAX; round++) {
            resume();
            if (job.isOver()) {
                restart();
            }
            act(job, () -> {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    job.read(Integer.MAX_VALUE - 1);
                }
                job.settle();
            });
        }
        CommittedOffsets offsets = TableCommitter.offsets(table.load());
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            assertThat(offsets.of(bucket))
                    .as("all of the log is committed, %s %s", job, states.all())
                    .isEqualTo(log.last(bucket));
        }
    }

    TableLayout layout() {
        return table.layout();
    }

    SinkTables tables() {
        return new SinkTables() {
            private @Nullable Table loaded;

            @Override
            public synchronized Optional<SinkTable> find(UUID tableId) {
                if (loaded == null) {
                    loaded = table.load();
                }
                return Optional.of(new SinkTable(loaded, table.layout()));
            }

            @Override
            public synchronized void reload(UUID tableId) {
                loaded = null;
            }

            @Override
            public List<UUID> all() {
                return List.of(table.layout().tableId());
            }
        };
    }

    Table load() {
        return table.load();
    }

    /** The table for a writer that opens. */
    Table loadAs(Guards checks) {
        Table loaded = table.load();
        if (checks.has(Guard.TABLE_IS_THE_SAME)) {
            TableCommitter.requireIdentity(loaded, table.layout());
        }
        return loaded;
    }

    /** Someone sets a table back while it is read where it ends. */
    void whileAJobStarts() {
        if (schedule != Schedule.CALM && random.nextInt(12) == 0) {
            rollBack();
        }
    }

    /** Where a job without a checkpoint begins: behind what the table has. */
    long[] startPositions() {
        Table loaded = table.load();
        TableState state = states.of(table.layout().tableId());
        boolean asked = state.accepted().contains(ErrorCode.TOPIC_RESET);
        if (guards.has(Guard.LOG_IS_THE_SAME) && !state.suspended() && !asked) {
            try {
                TableCommitter.requireLog(loaded, log.id());
            } catch (FloeException e) {
                states.suspend(table.layout().tableId(), state.generation(), e);
            }
        }
        boolean sameLog = TableCommitter.log(loaded).fits(log.id()) || !guards.has(Guard.LOG_IS_THE_SAME);
        long[] positions = new long[BUCKETS];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            positions[bucket] =
                    sameLog && !asked ? TableCommitter.offsets(loaded).of(bucket) : CommittedOffsets.NONE;
        }
        return positions;
    }

    void remember(LogId source, FakeWriter.Flush flush) {
        flush.changes().dataFiles().forEach(file -> files.put(file.location(), new MadeFile(source, flush)));
        maintenance.written(flush.changes());
    }

    /** Steps since the beginning. */
    long clock() {
        return clock;
    }

    /** The newest job says that what was written before a time is committed or void. */
    void settled(ModelJob by, long time) {
        if (by == job) {
            settledAt = Math.max(settledAt, time);
        }
    }

    long settledAt() {
        return settledAt;
    }

    boolean isThere(String location) {
        return maintenance.isThere(location);
    }

    @Nullable
    MadeFile file(String location) {
        return files.get(location);
    }

    private void checkpoint() {
        Checkpoint checkpoint = job.checkpoint();
        boolean aborted = random.nextInt(6) == 0;
        if (!aborted) {
            checkpoints.add(checkpoint);
            job.completed(checkpoint);
        }
    }

    /** Runs what a job does; a job whose epoch is over is gone for good. */
    private void act(ModelJob actor, Runnable action) {
        try {
            action.run();
        } catch (FloeException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.WRITER_FENCED);
            assertThat(actor).as("only an older job is fenced").isNotSameAs(job);
            zombies.remove(actor);
        } finally {
            catalog.behave();
        }
    }

    private void zombieActs() {
        // by then it has found out that it no longer owns the tables
        zombies.removeIf(zombie -> ModelMaintenance.isOld(clock - zombie.oldestChange()));
        if (zombies.isEmpty()) {
            return;
        }
        ModelJob zombie = zombies.get(random.nextInt(zombies.size()));
        if (random.nextBoolean()) {
            zombie.read(READ_MAX);
            zombie.flushInVain();
        }
        act(zombie, zombie::notified);
    }

    private void restart() {
        ModelJob restarted = new ModelJob(this, nextEpoch++, chosenCheckpoint());
        job = restarted;
        act(restarted, restarted::start);
    }

    /** A notification arrives, for a job that is over the sign to end. */
    private void notifyJob() {
        if (job.isOver()) {
            restart();
        } else {
            act(job, job::notified);
        }
    }

    private @Nullable Checkpoint chosenCheckpoint() {
        checkpoints.removeIf(checkpoint -> checkpoint.jobGeneration() != states.jobGeneration());
        if (checkpoints.isEmpty()) {
            return null;
        }
        Checkpoint newest = checkpoints.get(checkpoints.size() - 1);
        // whoever goes back further than orphans are kept has to do it without a checkpoint
        checkpoints.removeIf(
                checkpoint -> !checkpoint.equals(newest) && ModelMaintenance.isOld(clock - checkpoint.time()));
        Checkpoint older = checkpoints.get(random.nextInt(checkpoints.size()));
        return switch (schedule) {
            case CALM -> newest;
            case STATELESS -> null;
            case OLDER_CHECKPOINTS -> older;
            case STORMY -> {
                int chance = random.nextInt(8);
                yield chance == 0 ? null : chance < 3 ? older : newest;
            }
        };
    }

    /**
     * Metadata is rewritten, snapshots expire and files go, also while a commit is under way, and fail as commits do;
     * or nothing at all happens for days but that.
     */
    private void maintain() {
        switch (random.nextInt(6)) {
            case 0 -> {
                catalog.beforeNext(maintenance::act);
                notifyJob();
            }
            case 1 -> {
                catalog.beforeNext(this::notifyJob);
                maintenance.act();
            }
            case 2 -> {
                catalog.failNext(FAULTS.get(random.nextInt(FAULTS.size())));
                maintenance.act();
            }
            case 3 -> {
                clock += ModelMaintenance.ORPHAN_AGE_STEPS + 1;
                maintenance.act();
            }
            default -> maintenance.act();
        }
        catalog.behave();
    }

    private void seldom(int in, Runnable move) {
        if (random.nextInt(in) == 0) {
            move.run();
        }
    }

    /** Someone drops the table and creates another of its name; later the old one is brought back. */
    private void swap() {
        String metadata = ((BaseTable) table.load()).operations().current().metadataFileLocation();
        TableIdentifier name = TestTable.NAME;
        catalog.dropTable(name, false);
        catalog.buildTable(name, TestTable.SCHEMA)
                .withProperty("format-version", "3")
                .create();
        checkpoint();
        notifyJob();
        restart();
        checkpoint();
        notifyJob();
        assertThat(table.load().snapshots())
                .as("nothing is committed to another table")
                .isEmpty();
        catalog.dropTable(name, false);
        catalog.registerTable(name, metadata);
    }

    private void resume() {
        states.cause(table.layout().tableId())
                .ifPresent(cause -> states.resume(
                        table.layout().tableId(),
                        cause == ErrorCode.TOPIC_RESET ? Set.of(ErrorCode.TOPIC_RESET) : Set.of()));
    }

    private void rollBack() {
        Table loaded = table.load();
        List<Snapshot> ancestors = new ArrayList<>();
        SnapshotUtil.currentAncestors(loaded).forEach(ancestors::add);
        if (ancestors.size() > 1) {
            Snapshot target = ancestors.get(1 + random.nextInt(ancestors.size() - 1));
            catalog.behave(); // faults are meant for the job
            loaded.manageSnapshots().rollbackTo(target.snapshotId()).commit();
        }
    }

    /** The log's data folder is lost: the job begins without a checkpoint, for checkpoints belong to a log. */
    private void wipe() {
        log.wipe();
        checkpoints.clear();
        restart();
    }
}
