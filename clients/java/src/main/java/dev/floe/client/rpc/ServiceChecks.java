package dev.floe.client.rpc;

import dev.floe.client.Endpoints;
import dev.floe.client.ServiceHealth;
import dev.floe.client.ServiceHealth.State;
import dev.floe.wire.v1.CatalogServiceGrpc;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.QueryServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks the gRPC health service of each endpoint for the services expected there. */
final class ServiceChecks {
    private final Function<String, Channel> channels;
    private final Duration timeMax;

    ServiceChecks(Function<String, Channel> channels, Duration timeMax) {
        this.channels = channels;
        this.timeMax = timeMax;
    }

    List<ServiceHealth> all(Endpoints endpoints) {
        return List.of(
                check(IngestServiceGrpc.SERVICE_NAME, endpoints.ingest()),
                check(QueryServiceGrpc.SERVICE_NAME, endpoints.query()),
                check(CatalogServiceGrpc.SERVICE_NAME, endpoints.catalog()));
    }

    private ServiceHealth check(String service, String endpoint) {
        HealthCheckRequest request =
                HealthCheckRequest.newBuilder().setService(service).build();
        try {
            ServingStatus status = HealthGrpc.newBlockingStub(channels.apply(endpoint))
                    .withDeadlineAfter(timeMax.toNanos(), TimeUnit.NANOSECONDS)
                    .check(request)
                    .getStatus();
            State state = status == ServingStatus.SERVING ? State.SERVING : State.NOT_SERVING;
            return new ServiceHealth(service, endpoint, state, state == State.SERVING ? "" : status.name());
        } catch (StatusRuntimeException e) {
            boolean answered = e.getStatus().getCode() == Status.Code.NOT_FOUND;
            return new ServiceHealth(
                    service,
                    endpoint,
                    answered ? State.NOT_OFFERED : State.UNREACHABLE,
                    answered
                            ? "the endpoint has no such service"
                            : RemoteErrors.of(e).message());
        }
    }
}
