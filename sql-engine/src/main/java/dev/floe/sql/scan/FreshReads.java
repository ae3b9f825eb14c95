package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.tail.AskedEnd;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TableTail;
import dev.floe.sql.tail.TailCut;
import dev.floe.storage.commit.TableState;
import dev.floe.storage.commit.TableStates;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes cuts at the log's end: a snapshot, and the tail after just its offsets.
 *
 * <p>A cut has every row that was acked before the read began, on whichever gateway: the read first asks where the log
 * ends and waits until that far has been followed. Where the tail lacks entries, for want of memory or because only the
 * commit knows what the rows will be, the read waits for the snapshot that has them. A suspended table has no commits
 * to wait for: what is committed is read then, and the cut says so.
 */
final class FreshReads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FreshReads.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final NewestTables tables;
    private final LogTail tail;
    private final TableStates states;
    private final Duration waitMax;
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SAY_NANOS);

    /** {@code waitMax} bounds waits beside what the read itself allows. */
    FreshReads(NewestTables tables, LogTail tail, TableStates states, Duration waitMax) {
        this.tables = tables;
        this.tail = tail;
        this.states = states;
        this.waitMax = waitMax;
    }

    /** A snapshot and what the log has after it. */
    record Fresh(NewestTables.Newest newest, TableTail tail) {}

    /**
     * The cut at the log's end, or at least at a token. Throws NOT_VISIBLE_YET, LOG_UNAVAILABLE, QUERY_CANCELLED,
     * TABLE_NOT_FOUND.
     */
    Fresh read(TableDefinition table, ReadCut cut, Duration readWaitMax, AtomicBoolean cancelled) {
        long deadline = deadline(readWaitMax);
        if (cut instanceof ReadCut.AtToken at) {
            if (at.token().tableId().equals(table.id())) {
                tail.reach(table, at.token().offsets(), deadline, cancelled);
            }
        } else {
            tail.reach(table, tail.askEnd(table, allBuckets(table)), deadline, cancelled);
        }
        return taken(table, deadline, cancelled);
    }

    /**
     * What {@code reading} finds in some buckets at the log's end. It reads while the brokers are asked where that is,
     * and once more where the log turns out to have had more of these buckets. Throws as {@link #read}.
     */
    <T> T read(
            TableDefinition table,
            Set<Integer> buckets,
            Duration readWaitMax,
            AtomicBoolean cancelled,
            Function<Fresh, T> reading) {
        long deadline = deadline(readWaitMax);
        AskedEnd asked = tail.askEnd(table, buckets);
        NewestTables.Newest newest = tables.recent(table);
        if (tail.cut(table, newest.offsets()) instanceof TailCut.Whole whole) {
            T early = reading.apply(new Fresh(newest, whole.tail()));
            if (asked.wasFollowed(deadline)) {
                return early;
            }
        }
        tail.reach(table, asked, deadline, cancelled);
        return reading.apply(taken(table, deadline, cancelled));
    }

    private long deadline(Duration readWaitMax) {
        Duration wait = readWaitMax.compareTo(waitMax) < 0 ? readWaitMax : waitMax;
        return System.nanoTime() + wait.toNanos();
    }

    private static Set<Integer> allBuckets(TableDefinition table) {
        return IntStream.range(0, table.buckets()).boxed().collect(Collectors.toSet());
    }

    /** The newest cut that is whole; waits for commits. */
    private Fresh taken(TableDefinition table, long deadline, AtomicBoolean cancelled) {
        NewestTables.Newest newest = tables.recent(table);
        TailCut taken = tail.cut(table, newest.offsets());
        while (taken instanceof TailCut.Lacking lacking) {
            newest = tables.fresh(table);
            taken = tail.cut(table, newest.offsets());
            if (taken instanceof TailCut.Lacking) {
                if (isSuspended(table.id())) {
                    return new Fresh(newest, new TableTail(Map.of(), "the table is suspended: " + lacking.why()));
                }
                await(table, lacking, deadline, cancelled);
            }
        }
        return new Fresh(newest, ((TailCut.Whole) taken).tail());
    }

    @Override
    public void close() {
        tables.close();
    }

    private boolean isSuspended(UUID tableId) {
        return states.all().getOrDefault(tableId, TableState.NORMAL).suspended();
    }

    private void await(TableDefinition table, TailCut.Lacking lacking, long deadline, AtomicBoolean cancelled) {
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said > SAY_NANOS && saidNanos.compareAndSet(said, now)) {
            LOG.info("reads at latest wait for commits: table={} {}", table.name(), lacking.why());
        }
        if (cancelled.get()) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
        }
        if (now >= deadline) {
            throw new FloeException(
                            ErrorCode.NOT_VISIBLE_YET,
                            "the newest rows of table " + table.name().table() + " are not committed yet: "
                                    + lacking.why())
                    .advise("wait longer, or read what is committed");
        }
        LockSupport.parkNanos(this, POLL_NANOS);
    }
}
