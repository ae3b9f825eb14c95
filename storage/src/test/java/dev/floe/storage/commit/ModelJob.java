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
 * channel where the barrier overtook them, and what the committer had not committed.
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
    private long generation = -1;
    private long nextCheckpoint;
    private int opened;

    /** A checkpoint that completed. */
    record Checkpoint(
            long id, long time, List<Long> positions, List<TableChanges> channel, List<TableChanges> pending) {
        Checkpoint {
            positions = List.copyOf(positions);
            channel = List.copyOf(channel);
            pending = List.copyOf(pending);
        }
    }

    ModelJob(ModelWorld world, long epoch, @Nullable Checkpoint checkpoint) {
        this.world = world;
        this.epoch = epoch;
        this.log = world.log.id();
        this.committer = new SinkCommitter(
                world.tables(), world.states, new CommitId("sink", log, epoch, 0), new CallerThread(), world.guards);
        this.positions = checkpoint == null
                ? world.committedPositions()
                : checkpoint.positions.stream().mapToLong(Long::longValue).toArray();
        this.nextCheckpoint = checkpoint == null ? 1 : checkpoint.id + 1;
        this.restoredAt = checkpoint == null ? world.clock() : checkpoint.time;
        if (checkpoint != null) {
            checkpoint.pending.forEach(committer::add);
            checkpoint.channel.forEach(channel::add);
        }
    }

    /** Commits what the restored checkpoint holds, as the committer does when it opens. */
    void start() {
        committer.start();
    }

    /** The source delivers up to so many entries to each bucket. */
    void read(int entriesMax) {
        if (!log.equals(world.log.id())) {
            return;
        }
        for (int bucket = 0; bucket < positions.length; bucket++) {
            long to = Math.min(world.log.last(bucket), positions[bucket] + world.random.nextInt(entriesMax + 1));
            FakeWriter writer = writers.get(bucket);
            for (long entry = positions[bucket] + 1; entry <= to; entry++) {
                if (writer != null) {
                    writer.write(entry);
                }
            }
            positions[bucket] = Math.max(positions[bucket], to);
        }
    }

    /** A barrier goes through; the checkpoint is what it leaves behind, complete or not. */
    Checkpoint checkpoint() {
        followStates();
        deliver(channel.size());
        long id = nextCheckpoint++;
        long time = world.clock();
        flush(id);
        deliver(world.random.nextInt(3) == 0 ? world.random.nextInt(channel.size() + 1) : channel.size());
        if (channel.isEmpty()) {
            times.put(id, time);
        }
        return new Checkpoint(id, time, Arrays.stream(positions).boxed().toList(), channel, committer.pending());
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
        followStates();
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
                    UUID tableId = world.layout().tableId();
                    TableChanges changes = new TableChanges(
                            tableId.getMostSignificantBits(),
                            tableId.getLeastSignificantBits(),
                            generation,
                            checkpointId,
                            BucketChangesCodec.encode(flush.changes()));
                    flushedAt.put(changes, world.clock());
                    channel.add(changes);
                }));
    }

    /**
     * Closes and opens writers as the table's state asks; they read the log from where the table ends.
     *
     * <p>They wait until all that writers before them made is committed or void.
     */
    void followStates() {
        TableState state = world.states.of(world.layout().tableId());
        if (state.suspended() || state.generation() != generation) {
            writers.clear();
            generation = state.generation();
        }
        boolean awaitsCommit =
                writers.isEmpty() && !(channel.isEmpty() && committer.pending().isEmpty());
        if (state.suspended() || !writers.isEmpty() || awaitsCommit || !log.equals(world.log.id())) {
            return;
        }
        try {
            open(state);
        } catch (FloeException e) {
            world.states.suspend(world.layout().tableId(), state.generation(), e);
        }
    }

    private void open(TableState state) {
        if (state.accepted().contains(ErrorCode.TOPIC_RESET)) {
            return;
        }
        Table table = world.loadAs(world.guards);
        boolean otherLog = !TableCommitter.log(table).fits(log);
        if (otherLog && world.guards.has(Guards.Guard.LOG_IS_THE_SAME)) {
            TableHistory.of(table).requireLog(log);
        }
        for (int bucket = 0; bucket < positions.length; bucket++) {
            FakeWriter writer = FakeWriter.open(table, bucket, epoch, epoch + "." + opened++);
            for (long entry = writer.offset() + 1; entry <= positions[bucket]; entry++) {
                writer.write(entry);
            }
            writers.put(bucket, writer);
        }
    }

    @Override
    public String toString() {
        return "job " + epoch + " at " + Arrays.toString(positions);
    }
}
