package dev.floe.sqlgateway.rpc;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.sqlgateway.admission.Admission;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A call that waits for a place, or whose query runs. */
public final class QueryCall<R> {
    private final ServerCallStreamObserver<R> call;
    private final CompletableFuture<Admission.Place> place;
    private final CompletableFuture<QueryStream<R>> stream;

    QueryCall(
            ServerCallStreamObserver<R> call,
            CompletableFuture<Admission.Place> place,
            CompletableFuture<QueryStream<R>> stream) {
        this.call = call;
        this.place = place;
        this.stream = stream;
    }

    /** Takes the call's handlers and begins; for calls whose method has not returned. */
    public void beginWithHandlers() {
        call.setOnReadyHandler(this::ready);
        call.setOnCancelHandler(this::cancelled);
        begin();
    }

    /** Begins; {@link #ready} and {@link #cancelled} are the caller's to call. */
    public void begin() {
        ready();
        CompletableFuture<?> unused = stream.exceptionally(failure -> {
            if (!place.isCancelled()) {
                call.onError(RpcErrors.toStatus(Objects.requireNonNullElse(failure.getCause(), failure)));
            }
            return null;
        });
    }

    public void ready() {
        onceOpen(QueryStream::ready);
    }

    public void cancelled() {
        place.cancel(false);
        onceOpen(QueryStream::cancelled);
    }

    /** Never, where the query gets no place. */
    private void onceOpen(Consumer<QueryStream<R>> what) {
        CompletableFuture<Void> unused = stream.thenAccept(what);
    }
}
