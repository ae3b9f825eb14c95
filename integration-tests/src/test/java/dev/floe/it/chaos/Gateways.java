package dev.floe.it.chaos;

import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceBlockingStub;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The gateways of an installation, any of which takes any stream. */
record Gateways(List<String> addresses, String apiKey) {
    private static final long CALL_SECONDS_MAX = 8;

    Gateways {
        addresses = List.copyOf(addresses);
    }

    String any(SplittableRandom random) {
        return addresses.get(random.nextInt(addresses.size()));
    }

    String another(String than) {
        return addresses.stream()
                .filter(address -> !address.equals(than))
                .findFirst()
                .orElse(than);
    }

    /** A connection of its own, to be closed. */
    Connection connect(String address) {
        Metadata key = new Metadata();
        key.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + apiKey);
        return new Connection(
                address,
                NettyChannelBuilder.forTarget(address)
                        .usePlaintext()
                        .intercept(MetadataUtils.newAttachHeadersInterceptor(key))
                        .build());
    }

    record Connection(String address, ManagedChannel channel) implements AutoCloseable {
        IngestServiceStub streams() {
            return IngestServiceGrpc.newStub(channel);
        }

        IngestServiceBlockingStub calls() {
            return IngestServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
