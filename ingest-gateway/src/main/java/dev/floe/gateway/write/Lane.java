package dev.floe.gateway.write;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one bucket, in order, or to any bucket of a table without a key.
 *
 * <p>At most one thread sends at a time, and never while it holds the lane: others go on gathering meanwhile. Who adds
 * an entry that may go and finds nobody sending must send; {@link #next} hands out entries until none may go.
 */
final class Lane {
    private final Key key;
    private final CoalesceSettings settings;
    private final long bytesMax;

    @GuardedBy("this")
    private final Deque<Outgoing> sealed = new ArrayDeque<>();

    @GuardedBy("this")
    private Outgoing.@Nullable Shared open;

    @GuardedBy("this")
    private int inFlight;

    @GuardedBy("this")
    private boolean sending;

    @GuardedBy("this")
    private boolean retired;

    /** A bucket of a table, or {@link #ANY_BUCKET}. */
    record Key(UUID tableId, int bucket) {
        static final int ANY_BUCKET = -1;
    }

    /** The answer to come; {@code send} says that the caller must send, {@code linger} that it must set the clock. */
    record Added(CompletableFuture<Place> answer, boolean send, Outgoing.@Nullable Shared linger) {}

    Lane(Key key, CoalesceSettings settings, long bytesMax) {
        this.key = key;
        this.settings = settings;
        this.bytesMax = bytesMax;
    }

    Key key() {
        return key;
    }

    /** Adds rows to the entry that gathers; null where the lane is retired. */
    synchronized @Nullable Added add(SmallRows part) {
        if (retired) {
            return null;
        }
        if (open != null && !open.fits(part, settings, bytesMax)) {
            seal();
        }
        boolean fresh = open == null;
        Outgoing.Shared into = open == null ? new Outgoing.Shared(key.tableId()) : open;
        open = into;
        CompletableFuture<Place> answer = into.add(part);
        if (into.isFull(settings, bytesMax)) {
            seal();
        }
        boolean send = mayStart();
        boolean leavesNow = send && inFlight == 0 && sealed.isEmpty();
        return new Added(answer, send, fresh && open == into && !leavesNow ? into : null);
    }

    /** Adds an entry after all that was added before; null where the lane is retired. */
    synchronized @Nullable Added add(Outgoing.Whole entry) {
        if (retired) {
            return null;
        }
        seal();
        sealed.add(entry);
        return new Added(entry.answer(), mayStart(), null);
    }

    /** Gathers no longer into an entry, or into whichever; true where the caller must send. */
    synchronized boolean stopGathering(Outgoing.@Nullable Shared entry) {
        if (entry == null || entry == open) {
            seal();
        }
        return mayStart();
    }

    /** The next entry that may go; null, and the caller sends no longer, where none may. */
    synchronized @Nullable Outgoing next() {
        Outgoing next = sealed.poll();
        if (next == null && inFlight == 0) {
            next = open;
            open = null;
        }
        if (next == null) {
            sending = false;
            retired = inFlight == 0;
        } else {
            inFlight++;
        }
        return next;
    }

    /** An entry is in the log, or failed; true where the caller must send. */
    synchronized boolean returned() {
        inFlight--;
        if (inFlight == 0 && open == null && sealed.isEmpty() && !sending) {
            retired = true;
        }
        return mayStart();
    }

    /** Whether nothing is, or will ever be, in it. */
    synchronized boolean isRetired() {
        return retired;
    }

    @GuardedBy("this")
    private void seal() {
        if (open != null) {
            sealed.add(open);
            open = null;
        }
    }

    @GuardedBy("this")
    private boolean mayStart() {
        boolean start = !sending && (!sealed.isEmpty() || (open != null && inFlight == 0));
        sending |= start;
        return start;
    }
}
