package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChangesCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of the job: source positions, writers, the channel between them and the real committer.
 *
 * <p>Whatever it does follows Flink's rules: a checkpoint holds the source's positions, the changes still in the
 * channel where the barrier overtook them, and what the committer had not committed. Writers open when their first
 * entry comes, and may close when the table contains what they made.
 */
final class ModelJob {
    private final ModelWorld world;
    private final long epoch;
    private final LogId log;
    private final SinkCommitter committer;
    private final long[] positions;
    private final Map<Integer, FakeWriter> writers = new HashMap<>();
    private final List<TableChanges> channel = new ArrayList<>();
    private final List<Long> notifications = new ArrayList<>();
    /** When checkpoints began whose barrier overtook nothing. */
    private final Map<Long, Long> times = new HashMap<>();

    private final Map<TableChanges, Long> flushedAt = new HashMap<>();
    private final long restoredAt;
    private final Map<Integer, Long> flushed = new HashMap<>();
    private final long jobGeneration;
    private final @Nullable Map<UUID, Map<Long, Long>> leftBehind;
    private final TableState atStart;
    private TableState now;
    private long nextCheckpoint;
    private int opened;

    /** A checkpoint that completed. */
    record Checkpoint(
            long id,
            long time,
            long jobGeneration,
            List<Long> positions,
            Map<Integer, Long> flushed,
            List<TableChanges> channel,
            List<TableChanges> pending) {
        Checkpoint {
            flushed = Map.copyOf(flushed);
            positions = List.copyOf(positions);
            channel = List.copyOf(channel);
            pending = List.copyOf(pending);
        }
    }

    ModelJob(ModelWorld world, long epoch, @Nullable Checkpoint checkpoint) {
        this.world = world;
        this.epoch = epoch;
        this.log = world.log.id();
        this.jobGeneration = world.states.jobGeneration();
        this.leftBehind = checkpoint == null ? SinkCommitter.leftBehind(world.tables()) : null;
        if (checkpoint == null) {
            world.whileAJobStarts();
        }
        this.committer = new SinkCommitter(
                world.tables(), world.states, new CommitId("sink", log, epoch, 0), new CallerThread(), world.guards);
        this.positions = checkpoint == null
                ? world.startPositions()
                : checkpoint.positions.stream().mapToLong(Long::longValue).toArray();
        this.nextCheckpoint = checkpoint == null ? 1 : checkpoint.id + 1;
        this.restoredAt = checkpoint == null ? world.clock() : checkpoint.time;
        this.atStart = world.states.of(world.layout().tableId());
        this.now = atStart;
        if (checkpoint != null) {
            flushed.putAll(checkpoint.flushed);
            checkpoint.pending.forEach(committer::add);
            checkpoint.channel.forEach(channel::add);
        }
    }

    /** Commits what the restored checkpoint holds, or begins anew, as the committer does when it opens. */
    void start() {
        if (leftBehind == null) {
            committer.start();
        } else {
            committer.startAnew(leftBehind);
        }
    }

    /** True where it is to end, and another to begin at the tables' offsets. */
    boolean isOver() {
        return world.states.jobGeneration() != jobGeneration;
    }

    /** The source delivers up to so many entries to each bucket. */
    void read(int entriesMax) {
        if (!log.equals(world.log.id())) {
            return;
        }
        for (int bucket = 0; bucket < positions.length; bucket++) {
            long to = Math.min(world.log.last(bucket), positions[bucket] + world.random.nextInt(entriesMax + 1));
            while (positions[bucket] < to && write(bucket, positions[bucket] + 1)) {
                positions[bucket]++;
            }
        }
    }

    /** False where the bucket has to wait; an entry of a table that is left alone stays in the log. */
    private boolean write(int bucket, long entry) {
        if (!isActive()) {
            return true;
        }
        try {
            FakeWriter writer = writers.get(bucket);
            if (writer == null) {
                writer = open(bucket);
            }
            if (writer == null) {
                return false;
            }
            writers.put(bucket, writer);
            writer.write(entry);
        } catch (FloeException e) {
            world.states.suspend(world.layout().tableId(), atStart.generation(), e);
            refreshStates();
        }
        return true;
    }

    /** A barrier goes through; the checkpoint is what it leaves behind, complete or not. */
    Checkpoint checkpoint() {
        refreshStates();
        closeSome();
        deliver(channel.size());
        long id = nextCheckpoint++;
        long time = world.clock();
        flush(id);
        deliver(world.random.nextInt(3) == 0 ? world.random.nextInt(channel.size() + 1) : channel.size());
        if (channel.isEmpty()) {
            times.put(id, time);
        }
        return new Checkpoint(
                id,
                time,
                jobGeneration,
                Arrays.stream(positions).boxed().toList(),
                flushed,
                channel,
                committer.pending());
    }

    /** The checkpoint completed; the committer will be told, at some time or never. */
    void completed(Checkpoint checkpoint) {
        if (world.random.nextInt(6) > 0) {
            notifications.add(checkpoint.id);
        }
    }

    /** One notification, in order or late, reaches the committer, after or before changes that were overtaken. */
    void notified() {
        if (world.random.nextBoolean()) {
            deliver(channel.size());
        }
        if (!notifications.isEmpty()) {
            long id = notifications.remove(world.random.nextInt(notifications.size()));
            committer.commitUpTo(id);
            if (times.containsKey(id) && committer.isSettled(id)) {
                world.settled(this, times.get(id));
            }
        }
    }

    /** Everything reaches everyone. */
    void settle() {
        Checkpoint checkpoint = checkpoint();
        deliver(channel.size());
        committer.commitUpTo(checkpoint.id);
    }

    /** Flushes without a barrier behind it, as a writer that is cut off from the rest may. */
    void flushInVain() {
        flush(nextCheckpoint++);
        deliver(channel.size());
        notifications.add(nextCheckpoint - 1);
    }

    /** When the oldest change was flushed that it may still commit. */
    long oldestChange() {
        return Stream.concat(channel.stream(), committer.pending().stream())
                .mapToLong(change -> flushedAt.getOrDefault(change, restoredAt))
                .min()
                .orElse(world.clock());
    }

    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            committer.add(channel.remove(0));
        }
    }

    private void flush(long checkpointId) {
        writers.values()
                .forEach(writer -> writer.flush(world.random).ifPresent(flush -> {
                    world.remember(log, flush);
                    flushed.put(flush.changes().bucket(), flush.changes().offset());
                    UUID tableId = world.layout().tableId();
                    TableChanges changes = new TableChanges(
                            tableId.getMostSignificantBits(),
                            tableId.getLeastSignificantBits(),
                            atStart.generation(),
                            checkpointId,
                            BucketChangesCodec.encode(flush.changes()));
                    flushedAt.put(changes, world.clock());
                    channel.add(changes);
                }));
    }

    private boolean isActive() {
        return !now.suspended() && now.generation() == atStart.generation();
    }

    /** Closes the writers of a table that is to be left alone. */
    private void refreshStates() {
        now = world.states.of(world.layout().tableId());
        if (!isActive()) {
            writers.clear();
        }
    }

    /** Closes writers that have been idle. */
    private void closeSome() {
        if (world.random.nextInt(3) == 0) {
            CommittedOffsets committed = TableCommitter.offsets(world.load());
            writers.entrySet().removeIf(writer -> writer.getValue().isContainedUpTo(committed.of(writer.getKey())));
        }
    }

    /** Waits for what left a writer before, and for the log to be accepted where that was asked: null until then. */
    private @Nullable FakeWriter open(int bucket) {
        Table table = world.loadAs(world.guards);
        boolean checksLog = world.guards.has(Guards.Guard.LOG_IS_THE_SAME);
        now = world.states.of(world.layout().tableId());
        if (now.accepted().contains(ErrorCode.TOPIC_RESET)) {
            return null;
        }
        if (checksLog) {
            TableCommitter.requireLog(table, log);
        }
        if (TableCommitter.offsets(table).of(bucket) < flushed.getOrDefault(bucket, CommittedOffsets.NONE)) {
            return null;
        }
        return FakeWriter.open(table, bucket, epoch, epoch + "." + opened++);
    }

    @Override
    public String toString() {
        return "job " + epoch + " at " + Arrays.toString(positions);
    }
}
