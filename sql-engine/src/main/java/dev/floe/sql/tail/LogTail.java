package dev.floe.sql.tail;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableState;
import dev.floe.storage.commit.TableStates;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log has that no snapshot has yet, by table and bucket.
 *
 * <pre>
 *   follower ─ add, advance ─► BucketTail of each bucket ◄─ cut ─ reads, with their snapshot's offsets
 *       └──── ends ───────────► reach: reads wait until the follower is where the log ended when they began
 * </pre>
 *
 * <p>A read that has reached the log's end and then takes a cut sees every row that was acked before it began, on
 * whichever gateway. Safe for use by several threads.
 */
public final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final long LOOK_MILLIS = 50;

    private final Tables tables;
    private final TableStates states;
    private final TailBudget budget;
    private final Duration streamLifetime;
    private final Map<LogKey, BucketTail> buckets = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();
    private final Set<UUID> faulty = ConcurrentHashMap.newKeySet();
    private volatile Map<LogKey, Long> begun = Map.of();
    private volatile @Nullable LogEnds ends;

    @GuardedBy("this")
    private long[] positions = new long[0];

    public LogTail(Tables tables, TableStates states, TailSettings settings, Duration streamLifetime) {
        this.tables = tables;
        this.states = states;
        this.budget = new TailBudget(settings.bytesMax());
        this.streamLifetime = streamLifetime;
    }

    /** Begins to follow, at the first offset of each partition; {@code committed} is what snapshots have by then. */
    public void begin(long[] starts, Map<LogKey, Long> committed, LogEnds log) {
        begun = Map.copyOf(committed);
        synchronized (this) {
            positions = starts.clone();
            notifyAll();
        }
        ends = log;
    }

    /** Takes the next entry of a partition; what names no bucket is left out, as the job does. */
    public void add(long offset, long millis, byte[] key, byte[] value) {
        LogKey.decode(key).ifPresent(bucket -> bucket(bucket).add(offset, millis, value));
    }

    /** Says that everything before an offset of a partition was added. */
    public synchronized void advance(int partition, long next) {
        positions[partition] = next;
        notifyAll();
    }

    /** Heap that entries take. */
    public long bytes() {
        return budget.used();
    }

    /** Entries that were not kept for want of room. */
    public long overflows() {
        return budget.overflows();
    }

    /** Ids of tables that have a tail. */
    public Set<UUID> tableIds() {
        Set<UUID> ids = new HashSet<>();
        buckets.keySet().forEach(key -> ids.add(key.tableId()));
        return ids;
    }

    /** Forgets entries of a table that a snapshot has. */
    public void forget(UUID tableId, CommittedOffsets committed) {
        buckets.forEach((key, tail) -> {
            if (key.tableId().equals(tableId)) {
                tail.forget(committed.of(key.bucket()));
                tail.forgetStreams();
            }
        });
    }

    /** Forgets a table that was dropped. */
    public void forget(UUID tableId) {
        buckets.entrySet().removeIf(bucket -> {
            boolean gone = bucket.getKey().tableId().equals(tableId);
            if (gone) {
                bucket.getValue().clear(Long.MAX_VALUE);
            }
            return gone;
        });
    }

    /**
     * Asks where the log ends, and does not wait for the answer. What is followed of these buckets of the table by now
     * is in every cut that is taken from now on.
     *
     * <p>Throws LOG_UNAVAILABLE where the log is not followed yet.
     */
    public AskedEnd askEnd(TableDefinition table, Set<Integer> buckets) {
        LogEnds log = ends;
        if (log == null) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log is not followed yet");
        }
        long[] followed;
        synchronized (this) {
            followed = positions.clone();
        }
        Set<Integer> partitions = new HashSet<>();
        for (int bucket : buckets) {
            partitions.add(LogPartitioner.partitionOf(table.id(), bucket, followed.length));
        }
        return new AskedEnd(partitions, followed, log.ends());
    }

    /**
     * Returns when all that the log had of the buckets when the question was put has been followed.
     *
     * <p>Throws NOT_VISIBLE_YET at the deadline, LOG_UNAVAILABLE where nobody knows where the log ends.
     */
    public void reach(TableDefinition table, AskedEnd asked, long deadlineNanos, AtomicBoolean cancelled) {
        long[] wanted = asked.answer(deadlineNanos);
        for (int partition : asked.partitions()) {
            await(partition, wanted[partition], table, deadlineNanos, cancelled);
        }
    }

    /** Returns when offsets of a table's buckets have been followed; throws NOT_VISIBLE_YET at the deadline. */
    public void reach(TableDefinition table, Map<Integer, Long> offsets, long deadlineNanos, AtomicBoolean cancelled) {
        int partitions = partitions(table);
        offsets.forEach((bucket, offset) -> await(
                LogPartitioner.partitionOf(table.id(), bucket, partitions),
                offset + 1,
                table,
                deadlineNanos,
                cancelled));
    }

    /** What was followed of a table after the offsets of a snapshot. Throws CATALOG_UNAVAILABLE. */
    public TailCut cut(TableDefinition table, CommittedOffsets committed) {
        boolean waits = table.layout().hasVersions() || table.layout().keepsAbsent();
        return waits ? committedOnly(table, committed) : cut(table, committed, false);
    }

    private TailCut cut(TableDefinition table, CommittedOffsets committed, boolean acceptsFaults) {
        EntryDecoder decoder = new EntryDecoder(tables, table);
        Map<Integer, TableTail.Bucket> tails = new HashMap<>();
        Map<Integer, Long> needed = new HashMap<>();
        FloeException fault = null;
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            BucketTail tail = buckets.get(new LogKey(table.id(), bucket));
            if (tail == null) {
                continue;
            }
            BucketTail.Cut cut = tail.cut(decoder, committed.of(bucket), acceptsFaults);
            if (!cut.isWhole()) {
                needed.put(bucket, cut.needed());
            } else if (!cut.bucket().entries().isEmpty()) {
                tails.put(bucket, cut.bucket());
            }
            fault = cut.fault() == null ? fault : cut.fault();
        }
        if (fault != null && state(table).accepted().contains(ErrorCode.LOG_ENTRY_CORRUPT)) {
            return cut(table, committed, true);
        }
        return needed.isEmpty()
                ? new TailCut.Whole(new TableTail(tails, fault == null ? "" : notice(table, fault)))
                : new TailCut.Lacking(needed, "the log's tail is larger than sql.tail-bytes-max");
    }

    /** Of a table whose rows are made of stored ones: only the commit knows what they will be. */
    private TailCut committedOnly(TableDefinition table, CommittedOffsets committed) {
        Map<Integer, Long> needed = new HashMap<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            BucketTail tail = buckets.get(new LogKey(table.id(), bucket));
            if (tail != null) {
                tail.forget(committed.of(bucket));
                if (tail.last() > committed.of(bucket)) {
                    needed.put(bucket, tail.last());
                }
            }
        }
        return needed.isEmpty()
                ? new TailCut.Whole(TableTail.NONE)
                : new TailCut.Lacking(needed, "rows of a table with versions or kept columns are made by the commit");
    }

    private String notice(TableDefinition table, FloeException fault) {
        if (faulty.add(table.id())) {
            LOG.error("the tail ends early: table={} code={} {}", table.name(), fault.code(), fault.message());
        }
        return "rows after an entry of the log that can't be read are missing: " + fault.message();
    }

    private TableState state(TableDefinition table) {
        return states.all().getOrDefault(table.id(), TableState.NORMAL);
    }

    private BucketTail bucket(LogKey key) {
        return buckets.computeIfAbsent(
                key,
                k -> new BucketTail(
                        k,
                        serials.incrementAndGet(),
                        budget,
                        streamLifetime,
                        begun.getOrDefault(k, CommittedOffsets.NONE)));
    }

    private synchronized int partitions(TableDefinition table) {
        if (positions.length == 0) {
            throw notVisible(table);
        }
        return positions.length;
    }

    private synchronized void await(
            int partition, long position, TableDefinition table, long deadlineNanos, AtomicBoolean cancelled) {
        while (positions[partition] < position) {
            long left = deadlineNanos - System.nanoTime();
            if (cancelled.get()) {
                throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
            }
            if (left <= 0) {
                throw notVisible(table);
            }
            try {
                wait(Math.max(1, Math.min(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(left))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while waiting for the log", e);
            }
        }
    }

    private static FloeException notVisible(TableDefinition table) {
        return new FloeException(
                        ErrorCode.NOT_VISIBLE_YET,
                        "the log of table " + table.name().table() + " has not been followed that far yet")
                .advise("wait longer, or read what is committed");
    }
}
