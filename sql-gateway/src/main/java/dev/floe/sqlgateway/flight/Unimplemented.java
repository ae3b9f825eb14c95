package dev.floe.sqlgateway.flight;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What Flight SQL has and this server has not. */
final class Unimplemented {
    private Unimplemented() {}

    static StatusRuntimeException of(String what, String instead) {
        return Status.UNIMPLEMENTED
                .withDescription("this server has no " + what + "; " + instead)
                .asRuntimeException();
    }

    static StatusRuntimeException transactions() {
        return of("transactions", "each statement is durable by itself: send it without one");
    }
}
