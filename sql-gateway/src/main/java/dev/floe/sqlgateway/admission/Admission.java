package dev.floe.sqlgateway.admission;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Places for things that may exist at once, so many overall and so many for one tenant; and a queue for a place.
 *
 * <p>Invariants: nobody waits while there is a place that he may have, so one who comes later overtakes nobody; tenants
 * take turns ({@link WaitingLine}); when the queue is full, the tenant that has most of it loses its last to one that
 * has less; whoever waits gets a place or an error, once, and one that went away before gets neither and holds none. No
 * thread is held while somebody waits: the future completes on the thread that gives a place back, or on the clock's.
 */
public final class Admission implements AutoCloseable {
    private static final long RETRY_MILLIS = 1_000;
    /** Tenants that are counted each by itself. */
    private static final int COUNTED_MAX = 1_000;

    private final String things;
    private final String advice;
    private final int max;
    private final int perTenantMax;
    private final Queue queue;
    private final NamedCounts<TenantName, AdmissionCount> sums = new NamedCounts<>(AdmissionCount.class, COUNTED_MAX);
    // guarded by taken, as all that follows
    private final Map<TenantName, Integer> taken = new HashMap<>();
    private final WaitingLine<Waiter> line = new WaitingLine<>();
    private int total;
    private boolean closed;
    private long waited;
    private long waitedNanos;
    private long refused;
    private long left;

    /** A queue and its clock. */
    public record Queue(QueueSettings settings, WaitClock clock) {}

    /** {@code things} and {@code advice} complete the error of those refused; nobody waits. */
    public Admission(String things, String advice, int max, int perTenantMax) {
        this(things, advice, max, perTenantMax, new Queue(QueueSettings.NONE, new NoClock()));
    }

    public Admission(String things, String advice, int max, int perTenantMax, Queue queue) {
        this.things = things;
        this.advice = advice;
        this.max = max;
        this.perTenantMax = perTenantMax;
        this.queue = queue;
    }

    /** Takes a place; throws OVERLOADED where there is none, and does not wait. */
    public Place admit(TenantName tenant) {
        synchronized (taken) {
            checkOpen();
            if (!mayHave(tenant)) {
                countRefused(tenant);
                throw refusal(tenant, "");
            }
            return take(tenant);
        }
    }

    /**
     * A place, at once or after a wait of at most {@code waitMax} and what the queue's settings allow.
     *
     * <p>Fails with OVERLOADED or SHUTTING_DOWN. Cancelling the future leaves the queue; where a place was given in the
     * meantime, {@code cancel} says false and the place is the caller's to close.
     */
    public CompletableFuture<Place> request(TenantName tenant, Duration waitMax) {
        Duration most = queue.settings.timeMax();
        Duration wait = waitMax.compareTo(most) < 0 ? waitMax : most;
        Waiter waiter = new Waiter(tenant);
        Waiter displaced = null;
        FloeException why = null;
        synchronized (taken) {
            if (closed) {
                return CompletableFuture.failedFuture(stopping());
            }
            if (mayHave(tenant)) {
                return CompletableFuture.completedFuture(take(tenant));
            }
            int waitingMax = wait.isZero() ? 0 : queue.settings.waitingMax();
            if (line.size() >= waitingMax) {
                displaced = waitingMax == 0 ? null : line.makeRoom(tenant);
                if (displaced == null) {
                    countRefused(tenant);
                    return CompletableFuture.failedFuture(refusal(tenant, waitingMax == 0 ? "" : isFull()));
                }
                why = refusal(displaced.tenant, waitedFor(displaced) + isFull());
            }
            line.add(tenant, waiter);
        }
        if (displaced != null && why != null) {
            displaced.completeExceptionally(why);
        }
        waiter.begin(wait);
        return waiter;
    }

    /** The place that a request gets; throws its error, and QUERY_CANCELLED where somebody cancelled it. */
    public static Place await(CompletableFuture<Place> requested) {
        try {
            return requested.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FloeException known ? known : new IllegalStateException(e.getCause());
        } catch (CancellationException e) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the call was cancelled while it waited for a place", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!requested.cancel(false)) {
                return await(requested);
            }
            throw new FloeException(
                    ErrorCode.QUERY_CANCELLED, "the call was interrupted while it waited for a place", e);
        }
    }

    /** Places taken. */
    public int taken() {
        synchronized (taken) {
            return total;
        }
    }

    public AdmissionCounts counts() {
        synchronized (taken) {
            long millis = TimeUnit.NANOSECONDS.toMillis(waitedNanos);
            return new AdmissionCounts(total, line.size(), waited, millis, refused, left);
        }
    }

    /** The same of each tenant. */
    public TenantAdmissions tenants() {
        synchronized (taken) {
            return new TenantAdmissions(sums.sums(), taken, line.sizes());
        }
    }

    private void countRefused(TenantName tenant) {
        refused++;
        sums.add(tenant, AdmissionCount.REFUSED, 1);
    }

    /** Refuses those who wait and those who come, with SHUTTING_DOWN; places taken stay so. */
    @Override
    public void close() {
        synchronized (taken) {
            closed = true;
        }
        Waiter next = poll();
        while (next != null) {
            next.completeExceptionally(stopping());
            next = poll();
        }
    }

    private @Nullable Waiter poll() {
        synchronized (taken) {
            return line.next(tenant -> true);
        }
    }

    private boolean mayHave(TenantName tenant) {
        return total < max && taken.getOrDefault(tenant, 0) < perTenantMax;
    }

    private Place take(TenantName tenant) {
        taken.merge(tenant, 1, Integer::sum);
        total++;
        sums.add(tenant, AdmissionCount.ADMITTED, 1);
        return new Place(tenant);
    }

    private void giveBack(TenantName tenant) {
        Waiter next;
        Place place;
        synchronized (taken) {
            taken.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
            total--;
            next = closed ? null : line.next(this::mayHave);
            place = next == null ? null : take(next.tenant);
        }
        // one place was given back, so at most one of those who wait may have one
        if (next != null && place != null && !next.complete(place)) {
            place.close();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw stopping();
        }
    }

    private FloeException refusal(TenantName tenant, String wait) {
        int own = taken.getOrDefault(tenant, 0);
        String message = own >= perTenantMax
                ? "the tenant has " + own + " " + things + ", the most it may have"
                : "the server is busy with " + max + " " + things + ", the most it may have";
        return new FloeException(ErrorCode.OVERLOADED, message + wait)
                .advise(advice)
                .retryAfter(RETRY_MILLIS);
    }

    private String isFull() {
        return "; and as many wait as may, " + queue.settings.waitingMax();
    }

    private String waitedFor(Waiter waiter) {
        return "; no place came free in " + TimeUnit.NANOSECONDS.toMillis(waiter.nanos()) + " ms";
    }

    private static FloeException stopping() {
        return new FloeException(ErrorCode.SHUTTING_DOWN, "the server is stopping")
                .advise("try again, on another server or once it is back");
    }

    /** One who waits; leaves the line however it completes. */
    private final class Waiter extends CompletableFuture<Place> {
        private final TenantName tenant;
        private final long sinceNanos = queue.clock.nanoTime();

        private Waiter(TenantName tenant) {
            this.tenant = tenant;
        }

        private void begin(Duration wait) {
            CompletableFuture<Place> ended = whenComplete((place, why) -> ended(place != null));
            try {
                Future<?> end = queue.clock.after(wait, this::expire);
                CompletableFuture<Place> unused = ended.whenComplete((place, why) -> end.cancel(false));
            } catch (RejectedExecutionException e) { // the clock stopped, as it does after this was closed
                completeExceptionally(stopping());
            }
        }

        private void expire() {
            FloeException why;
            synchronized (taken) {
                why = refusal(tenant, waitedFor(this));
            }
            completeExceptionally(why);
        }

        private void ended(boolean admitted) {
            synchronized (taken) {
                line.remove(tenant, this);
                if (admitted) {
                    waited++;
                    waitedNanos += nanos();
                    sums.add(tenant, AdmissionCount.WAITED, 1);
                    sums.add(tenant, AdmissionCount.WAITED_NANOS, nanos());
                } else if (isCancelled()) {
                    left++;
                    sums.add(tenant, AdmissionCount.LEFT, 1);
                } else {
                    countRefused(tenant);
                }
            }
        }

        private long nanos() {
            return queue.clock.nanoTime() - sinceNanos;
        }
    }

    /** Of an admission where nobody waits. */
    private static final class NoClock implements WaitClock {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Future<?> after(Duration time, Runnable task) {
            throw new IllegalStateException("nobody waits here");
        }
    }

    /** A place taken until it is closed; closing it again does nothing. */
    public final class Place implements AutoCloseable {
        private final TenantName tenant;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(TenantName tenant) {
            this.tenant = tenant;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                giveBack(tenant);
            }
        }
    }
}
