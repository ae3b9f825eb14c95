package dev.floe.gateway.flow;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Bytes that may be worked on at once; who finds none left waits in line.
 *
 * <p>Leases never add up to more than {@code bytesMax}, and those waiting hold at most as much again: a request beyond
 * that is refused with OVERLOADED. A request larger than the whole budget counts as all of it.
 */
public final class ByteBudget {
    private static final long RETRY_MILLIS = 500;

    private final long bytesMax;
    private final Executor executor;

    @GuardedBy("this")
    private final Deque<Claim> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long used;

    @GuardedBy("this")
    private long waitingBytes;

    /** A share of the budget, or a place in the line for one. */
    public interface Lease {
        /** Gives the share or the place back; only the first call counts. */
        void release();

        /** Gives a place in the line back; false, and nothing done, where it is none any more. */
        boolean abandon();
    }

    private enum State {
        WAITING,
        HELD,
        RELEASED
    }

    private final class Claim implements Lease {
        private final long bytes;
        private final Consumer<Lease> granted;

        /** Guarded by the budget. */
        private State state = State.WAITING;

        Claim(long bytes, Consumer<Lease> granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        @Override
        public void release() {
            give(this);
        }

        @Override
        public boolean abandon() {
            synchronized (ByteBudget.this) {
                if (state != State.WAITING) {
                    return false;
                }
            }
            give(this);
            return true;
        }
    }

    /** Requests that had to wait are granted on the executor, others by their own thread. */
    public ByteBudget(long bytesMax, Executor executor) {
        this.bytesMax = bytesMax;
        this.executor = executor;
    }

    /** Calls {@code granted} now or later, once; never after the lease was released. */
    public Lease acquire(long bytes, Consumer<Lease> granted) {
        Claim claim = new Claim(Math.min(bytes, bytesMax), granted);
        synchronized (this) {
            if (!waiting.isEmpty() || used + claim.bytes > bytesMax) {
                if (!waiting.isEmpty() && waitingBytes + claim.bytes > bytesMax) {
                    throw new FloeException(
                                    ErrorCode.OVERLOADED,
                                    "batches of " + waitingBytes + " bytes already wait to be handled")
                            .advise("send slower, or try again")
                            .retryAfter(RETRY_MILLIS);
                }
                waiting.add(claim);
                waitingBytes += claim.bytes;
                return claim;
            }
            claim.state = State.HELD;
            used += claim.bytes;
        }
        granted.accept(claim);
        return claim;
    }

    public synchronized long usedBytes() {
        return used;
    }

    public synchronized long waitingBytes() {
        return waitingBytes;
    }

    private void give(Claim claim) {
        List<Claim> next = new ArrayList<>();
        synchronized (this) {
            switch (claim.state) {
                case RELEASED -> {}
                case WAITING -> {
                    waiting.remove(claim);
                    waitingBytes -= claim.bytes;
                }
                case HELD -> used -= claim.bytes;
            }
            claim.state = State.RELEASED;
            Claim head = waiting.peek();
            while (head != null && used + head.bytes <= bytesMax) {
                waiting.remove();
                waitingBytes -= head.bytes;
                used += head.bytes;
                head.state = State.HELD;
                next.add(head);
                head = waiting.peek();
            }
        }
        for (Claim granted : next) {
            executor.execute(() -> granted.granted.accept(granted));
        }
    }
}
