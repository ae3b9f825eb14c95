package dev.floe.sqlgateway.rpc;

import dev.floe.auth.rpc.CurrentPrincipal;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.Admission;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that run queries: each has a place, a time, and rows that go out as its client takes them.
 *
 * <p>A query's time runs from its admission; at its end the stream fails with QUERY_TIMEOUT even where the client has
 * stopped reading, so that no client keeps a place for good. No thread waits for a place with a query that does.
 */
public final class QueryCalls {
    private final SqlSettings settings;
    private final Admission queries;
    private final QueryThreads threads;
    private final Set<QueryStream<?>> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean serving = true;

    /** {@code queries} is shared with other ways to query; the threads are the caller's to close. */
    public QueryCalls(SqlSettings settings, Admission queries, QueryThreads threads) {
        this.settings = settings;
        this.queries = queries;
        this.threads = threads;
    }

    /** What the caller wishes of a result; 0 for the server's own limits. */
    public record Wishes(long rows, int batchRows) {
        public static final Wishes NONE = new Wishes(0, 0);
    }

    /** Plans a query and opens its cursor. */
    public interface Opening<R> {
        QueryStream.Opened<R> open(QueryLimits limits);

        /** When the call is over, also where it got no place or was over before it opened; may come twice. */
        default void ended() {}
    }

    /** The caller of the current call, who may read; throws SHUTTING_DOWN and PERMISSION_DENIED. */
    public Principal reader() {
        if (!serving) {
            throw stopping();
        }
        Principal principal = CurrentPrincipal.get();
        principal.require(Role.READER);
        return principal;
    }

    /** Asks for a place; the call's handlers are to be set on what comes back, and then it begins. */
    public <R> QueryCall<R> query(
            ServerCallStreamObserver<R> call, TenantName tenant, Wishes wishes, Opening<R> opening) {
        Deadline deadline = Context.current().getDeadline();
        CompletableFuture<Admission.Place> place = queries.request(tenant, remaining(deadline));
        CompletableFuture<QueryStream<R>> stream = place.thenApply(taken -> {
            QueryLimits limits = settings.limits(wishes.rows(), remaining(deadline), wishes.batchRows());
            return started(call, opening, limits, taken);
        });
        CompletableFuture<?> unused = stream.exceptionally(refusal -> {
            opening.ended();
            return null;
        });
        return new QueryCall<>(call, place, stream);
    }

    /** Answers with what the work gives, which runs on a query's place and is short. */
    public <R> void answer(ServerCallStreamObserver<R> call, TenantName tenant, Supplier<List<R>> work) {
        CompletableFuture<Admission.Place> place =
                queries.request(tenant, remaining(Context.current().getDeadline()));
        call.setOnCancelHandler(() -> place.cancel(false));
        CompletableFuture<?> unused = place.thenAccept(
                        taken -> threads.queries().execute(() -> answer(call, taken, work)))
                .exceptionally(failure -> {
                    if (!place.isCancelled()) {
                        call.onError(RpcErrors.toStatus(Objects.requireNonNullElse(failure.getCause(), failure)));
                    }
                    return null;
                });
    }

    /** The place is free before the client can ask for the next. */
    private static <R> void answer(ServerCallStreamObserver<R> call, Admission.Place place, Supplier<List<R>> work) {
        List<R> answer;
        try (place) {
            if (call.isCancelled()) {
                return;
            }
            answer = work.get();
        } catch (RuntimeException e) {
            call.onError(RpcErrors.toStatus(e));
            return;
        } catch (Error e) {
            call.onError(RpcErrors.toStatus(QueryStream.ofError(e)));
            return;
        }
        answer.forEach(call::onNext);
        call.onCompleted();
    }

    private <R> QueryStream<R> started(
            ServerCallStreamObserver<R> call, Opening<R> opening, QueryLimits limits, Admission.Place place) {
        Expiry expiry = new Expiry();
        Runnable onClose = () -> {
            expiry.stop();
            opening.ended();
        };
        QueryStream<R> stream = new QueryStream<>(
                call, () -> opening.open(limits), settings.responseBytes(), place, threads.queries(), onClose);
        try {
            expiry.watch(stream, limits.timeMax());
        } catch (RejectedExecutionException e) { // the timer stopped
            expiry.stop();
            place.close();
            throw stopping();
        }
        return stream;
    }

    /** Runs a task after a query's longest time, unless it is cancelled before. */
    public Future<?> afterTimeMax(Runnable task) {
        return threads.after(settings.queryTimeMax(), task);
    }

    /** Time left to a call, at most the limit of a query. */
    Duration remaining(@Nullable Deadline deadline) {
        if (deadline == null) {
            return settings.queryTimeMax();
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        return left.compareTo(settings.queryTimeMax()) < 0 ? left : settings.queryTimeMax();
    }

    /** Refuses what comes and ends the queries that run. */
    public void stop() {
        serving = false;
        streams.forEach(stream -> stream.end(stopping()));
    }

    /** Queries that run. */
    public int streamCount() {
        return streams.size();
    }

    private static FloeException stopping() {
        return new FloeException(ErrorCode.SHUTTING_DOWN, "the server is stopping")
                .advise("try again, on another server or once it is back");
    }

    /** Keeps a stream among those running until it closes, and ends it when its time is up. */
    private final class Expiry {
        private @Nullable QueryStream<?> stream;
        private @Nullable Future<?> timer;

        synchronized void watch(QueryStream<?> watched, Duration time) {
            stream = watched;
            streams.add(watched);
            timer = threads.timer().schedule(() -> watched.end(late(time)), time.toNanos(), TimeUnit.NANOSECONDS);
        }

        synchronized void stop() {
            if (stream != null) {
                streams.remove(stream);
            }
            if (timer != null) {
                timer.cancel(false);
            }
        }

        private FloeException late(Duration time) {
            return new FloeException(ErrorCode.QUERY_TIMEOUT, "the query did not end within " + time.toMillis() + " ms")
                    .advise("ask for less, read faster, or raise the deadline or sql.query-time-max");
        }
    }
}
