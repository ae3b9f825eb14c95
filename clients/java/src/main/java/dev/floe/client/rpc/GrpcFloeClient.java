package dev.floe.client.rpc;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.CatalogClient;
import dev.floe.client.ClientSettings;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.Row;
import dev.floe.client.ServiceHealth;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.wire.v1.CatalogServiceGrpc;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.QueryServiceGrpc;
import dev.floe.wire.v1.WriteRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The client over gRPC: one channel for each distinct endpoint. */
public final class GrpcFloeClient implements FloeClient {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final int FLOW_CONTROL_WINDOW_BYTES = 4 << 20;
    private static final long CLOSE_SECONDS_MAX = 5;

    private final ClientSettings settings;
    private final Map<String, ManagedChannel> channels;
    private final IngestServiceGrpc.IngestServiceStub ingest;
    private final IngestServiceGrpc.IngestServiceBlockingStub ingestUnary;
    private final QueryServiceGrpc.QueryServiceBlockingStub queries;
    private final CatalogClient catalog;

    private GrpcFloeClient(ClientSettings settings, Map<String, ManagedChannel> channels) {
        this.settings = settings;
        this.channels = channels;
        ClientInterceptor key = MetadataUtils.newAttachHeadersInterceptor(header(settings));
        Channel ingestChannel = channel(settings.endpoints().ingest());
        // acks are handled on the connection's own thread: to hand each to another costs more than all that is done
        this.ingest =
                IngestServiceGrpc.newStub(ingestChannel).withInterceptors(key).withExecutor(Runnable::run);
        this.ingestUnary = IngestServiceGrpc.newBlockingStub(ingestChannel).withInterceptors(key);
        this.queries = QueryServiceGrpc.newBlockingStub(
                        channel(settings.endpoints().query()))
                .withInterceptors(key);
        CatalogServiceGrpc.CatalogServiceBlockingStub catalogStub = CatalogServiceGrpc.newBlockingStub(
                        channel(settings.endpoints().catalog()))
                .withInterceptors(key);
        this.catalog = new GrpcCatalogClient(() -> bounded(catalogStub));
    }

    public static GrpcFloeClient open(ClientSettings settings) {
        return new GrpcFloeClient(settings, new ConcurrentHashMap<>());
    }

    @Override
    public TableWriter writer(String table, WriterSettings writerSettings) {
        return GrpcTableWriter.open(ingest, table, writerSettings);
    }

    @Override
    public Ack write(String table, Batch batch, Operation operation) {
        WriteRequest request = WriteRequest.newBuilder()
                .setTable(table)
                .setBatch(WireBatches.batch(batch, operation))
                .build();
        return WireAcks.ack(call(() -> bounded(ingestUnary).write(request)).getAck());
    }

    @Override
    public QueryRows query(Query query) {
        return GrpcQueryRows.start(queries, query);
    }

    @Override
    public List<Optional<Row>> get(KeyLookup lookup) {
        return WireQueries.rows(read(() -> bounded(queries).get(WireQueries.lookup(lookup))));
    }

    @Override
    public List<ServiceHealth> health() {
        return new ServiceChecks(this::channel, settings.callTimeMax()).all(settings.endpoints());
    }

    @Override
    public CatalogClient catalog() {
        return catalog;
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdown);
        try {
            for (ManagedChannel channel : channels.values()) {
                if (!channel.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                    channel.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            channels.values().forEach(ManagedChannel::shutdownNow);
            Thread.currentThread().interrupt();
        }
    }

    static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (io.grpc.StatusRuntimeException e) {
            throw RemoteErrors.of(e);
        }
    }

    /** Calls what changes nothing. */
    static <T> T read(Supplier<T> call) {
        try {
            return call.get();
        } catch (io.grpc.StatusRuntimeException e) {
            throw RemoteErrors.ofRead(e);
        }
    }

    private <S extends AbstractStub<S>> S bounded(S stub) {
        return stub.withDeadlineAfter(settings.callTimeMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    private ManagedChannel channel(String target) {
        return channels.computeIfAbsent(target, address -> {
            NettyChannelBuilder builder = NettyChannelBuilder.forTarget(address)
                    .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                    .maxInboundMessageSize(settings.messageBytesMax());
            return settings.tls()
                    ? builder.useTransportSecurity().build()
                    : builder.usePlaintext().build();
        });
    }

    private static Metadata header(ClientSettings settings) {
        Metadata header = new Metadata();
        String key = settings.apiKey().value();
        if (!key.isEmpty()) {
            header.put(AUTHORIZATION, "Bearer " + key);
        }
        return header;
    }
}
