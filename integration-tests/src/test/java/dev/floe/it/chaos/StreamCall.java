package dev.floe.it.chaos;

import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceStub;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One append call, request by request: nothing is resent or renumbered, so a test can send what no client would. */
final class StreamCall implements AutoCloseable {
    private static final long ANSWER_SECONDS_MAX = 8;

    private final LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<AppendRequest> requests;

    private StreamCall(IngestServiceStub stub) {
        requests = stub.append(new StreamObserver<>() {
            @Override
            public void onNext(AppendResponse response) {
                answers.add(response);
            }

            @Override
            public void onError(Throwable failure) {
                answers.add(failure);
            }

            @Override
            public void onCompleted() {
                answers.add(Status.UNAVAILABLE
                        .withDescription("the server ended the call")
                        .asRuntimeException());
            }
        });
    }

    /** A call that broke: what was sent and not answered has an unknown outcome. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    static StreamCall begin(IngestServiceStub stub) {
        return new StreamCall(stub);
    }

    void send(AppendRequest request) {
        requests.onNext(request);
    }

    /** The next answer, in the order of the requests. */
    AppendResponse answer() throws Broken {
        try {
            Object answer = answers.poll(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            if (answer instanceof AppendResponse response) {
                return response;
            }
            if (answer instanceof Throwable failure) {
                throw new Broken(String.valueOf(failure.getMessage()), failure);
            }
            throw new Broken("no answer in " + ANSWER_SECONDS_MAX + " s", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken("interrupted", e);
        }
    }

    @Override
    public void close() {
        requests.onError(Status.CANCELLED.asRuntimeException());
    }
}
