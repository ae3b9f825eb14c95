package dev.floe.gateway.rpc;

import dev.floe.auth.rpc.CurrentPrincipal;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.gateway.stream.OpenStreams;
import dev.floe.gateway.stream.StreamLog;
import dev.floe.gateway.write.BatchRequest;
import dev.floe.gateway.write.BatchWriter;
import dev.floe.gateway.write.Stored;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogToken;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.GetStreamRequest;
import dev.floe.wire.v1.GetStreamResponse;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.WriteRequest;
import dev.floe.wire.v1.WriteResponse;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The ingest service.
 *
 * <p>Its methods take requests as bytes (see {@link RawRequests}); to clients and to reflection they look as declared.
 */
public final class IngestEndpoint implements BindableService {
    private final BatchWriter writer;
    private final ByteBudget budget;
    private final long streamBytesMax;
    private final OpenStreams openStreams;
    private final Tables tables;
    private final Executor executor;
    private final Set<AppendStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    public IngestEndpoint(
            BatchWriter writer,
            ByteBudget budget,
            long streamBytesMax,
            Tables tables,
            StreamLog log,
            Executor executor) {
        this.writer = writer;
        this.budget = budget;
        this.streamBytesMax = streamBytesMax;
        this.openStreams = new OpenStreams(tables, log);
        this.tables = tables;
        this.executor = executor;
    }

    @Override
    public ServerServiceDefinition bindService() {
        MethodDescriptor<byte[], AppendResponse> append = raw(IngestServiceGrpc.getAppendMethod());
        MethodDescriptor<byte[], WriteResponse> write = raw(IngestServiceGrpc.getWriteMethod());
        ServiceDescriptor declared = IngestServiceGrpc.getServiceDescriptor();
        ServiceDescriptor service = ServiceDescriptor.newBuilder(declared.getName())
                .setSchemaDescriptor(declared.getSchemaDescriptor())
                .addMethod(append)
                .addMethod(IngestServiceGrpc.getGetStreamMethod())
                .addMethod(write)
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(append, ServerCalls.asyncBidiStreamingCall(this::append))
                .addMethod(IngestServiceGrpc.getGetStreamMethod(), ServerCalls.asyncUnaryCall(this::getStream))
                .addMethod(write, ServerCalls.asyncUnaryCall(this::write))
                .build();
    }

    /** Ends every stream once it has its answers; what comes later is refused. */
    public void drain() {
        draining = true;
        streams.forEach(AppendStream::drain);
    }

    /** Streams that are open. */
    public int streamCount() {
        return streams.size();
    }

    private static <R> MethodDescriptor<byte[], R> raw(MethodDescriptor<?, R> declared) {
        return declared.toBuilder(RawRequests.marshaller(), declared.getResponseMarshaller())
                .build();
    }

    private StreamObserver<byte[]> append(StreamObserver<AppendResponse> responses) {
        Principal principal = CurrentPrincipal.get();
        principal.require(Role.WRITER);
        AppendStream stream = new AppendStream(
                principal,
                writer,
                budget,
                streamBytesMax,
                openStreams,
                executor,
                (ServerCallStreamObserver<AppendResponse>) responses,
                streams::remove);
        streams.add(stream);
        stream.open();
        if (draining) {
            stream.drain();
        }
        return stream;
    }

    private void getStream(GetStreamRequest request, StreamObserver<GetStreamResponse> responses) {
        Principal principal = CurrentPrincipal.get();
        principal.require(Role.WRITER);
        CompletableFuture<Void> unused = openStreams
                .find(principal, request.getTable(), request.getStreamId())
                .thenApplyAsync(this::describe, executor)
                .handle((answer, failure) -> {
                    if (failure == null) {
                        responses.onNext(answer);
                        responses.onCompleted();
                    } else {
                        responses.onError(RpcErrors.toStatus(Answers.cause(failure)));
                    }
                    return null;
                });
    }

    private GetStreamResponse describe(OpenStreams.Found found) {
        TableDefinition table = found.table();
        Map<Integer, Long> visible = new HashMap<>();
        CommittedOffsets committed = TableCommitter.offsets(tables.iceberg(table.name()));
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            if (committed.of(bucket) != CommittedOffsets.NONE) {
                visible.put(bucket, committed.of(bucket));
            }
        }
        return GetStreamResponse.newBuilder()
                .setNextOffset(found.position().next())
                .setWriterEpoch(found.position().epoch())
                .setDurable(
                        Answers.token(new LogToken(table.id(), found.position().offsets())))
                .setVisible(Answers.token(new LogToken(table.id(), visible)))
                .setSchemaVersion(table.schemaVersion())
                .build();
    }

    private void write(byte[] request, StreamObserver<WriteResponse> responses) {
        Principal principal = CurrentPrincipal.get();
        principal.require(Role.WRITER);
        writer.counters().received(request.length);
        ServerCallStreamObserver<WriteResponse> call = (ServerCallStreamObserver<WriteResponse>) responses;
        try {
            ByteBudget.Lease lease = budget.acquire(request.length, held -> write(principal, request, responses, held));
            call.setOnCancelHandler(() -> {
                if (lease.abandon()) {
                    writer.counters().refusedBatch();
                }
            });
        } catch (FloeException e) {
            writer.counters().refusedBatch();
            responses.onError(RpcErrors.toStatus(e));
        }
    }

    private void write(
            Principal principal, byte[] request, StreamObserver<WriteResponse> responses, ByteBudget.Lease lease) {
        try {
            WriteRequest message = RawRequests.parse(WriteRequest.parser(), request);
            BatchRequest batch = new BatchRequest(message.getTable(), message.getBatch(), message.getSchemaVersion());
            CompletableFuture<Stored> unused = writer.write(principal, batch).whenComplete((stored, failure) -> {
                lease.release();
                if (failure != null) {
                    responses.onError(RpcErrors.toStatus(Answers.cause(failure)));
                    return;
                }
                responses.onNext(
                        WriteResponse.newBuilder().setAck(Answers.ack(stored)).build());
                responses.onCompleted();
            });
        } catch (RuntimeException e) {
            writer.counters().refusedBatch();
            lease.release();
            responses.onError(RpcErrors.toStatus(e));
        } catch (Error e) {
            lease.release();
            throw e;
        }
    }
}
