package dev.floe.auth.rpc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Services that answer requests which are no valid protobuf with INVALID_ARGUMENT.
 *
 * <p>gRPC parses before any interceptor runs, and ends such a call with UNKNOWN and nothing else. Here the marshaller
 * hands the failure on, and it is thrown where an {@link ErrorInterceptor} sees it.
 */
public final class CheckedRequests {
    private CheckedRequests() {}

    public static ServerServiceDefinition of(BindableService service) {
        ServerServiceDefinition bound = service.bindService();
        ServiceDescriptor descriptor = bound.getServiceDescriptor();
        ServiceDescriptor.Builder checked = ServiceDescriptor.newBuilder(descriptor.getName())
                .setSchemaDescriptor(descriptor.getSchemaDescriptor());
        var methods = bound.getMethods().stream().map(CheckedRequests::checked).toList();
        methods.forEach(method -> checked.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(checked.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    /** A request, or why there is none. */
    private record Parsed<Q>(@Nullable Q request, @Nullable StatusRuntimeException failure) {}

    private static <Q, R> ServerMethodDefinition<Parsed<Q>, R> checked(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> original = method.getMethodDescriptor();
        MethodDescriptor<Parsed<Q>, R> descriptor = original.toBuilder(
                        new ParsingMarshaller<>(original.getRequestMarshaller()), original.getResponseMarshaller())
                .build();
        ServerCallHandler<Parsed<Q>, R> handler = (call, headers) -> new UnwrappingListener<>(
                method.getServerCallHandler().startCall(new UnwrappedCall<>(call, original), headers));
        return ServerMethodDefinition.create(descriptor, handler);
    }

    private record ParsingMarshaller<Q>(MethodDescriptor.Marshaller<Q> original)
            implements MethodDescriptor.Marshaller<Parsed<Q>> {
        @Override
        public InputStream stream(Parsed<Q> value) {
            throw new UnsupportedOperationException("servers send no requests");
        }

        @Override
        public Parsed<Q> parse(InputStream stream) {
            try {
                return new Parsed<>(original.parse(stream), null);
            } catch (StatusRuntimeException e) { // what protobuf's marshaller throws for broken bytes
                return new Parsed<>(null, e);
            }
        }
    }

    private static final class UnwrappedCall<Q, R> extends ForwardingServerCall<Q, R> {
        private final ServerCall<Parsed<Q>, R> call;
        private final MethodDescriptor<Q, R> original;

        UnwrappedCall(ServerCall<Parsed<Q>, R> call, MethodDescriptor<Q, R> original) {
            this.call = call;
            this.original = original;
        }

        @Override
        @SuppressWarnings("unchecked") // a call only takes responses, and of those the type is the same
        protected ServerCall<Q, R> delegate() {
            return (ServerCall<Q, R>) (ServerCall<?, R>) call;
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return original;
        }

        @Override
        public void sendMessage(R message) {
            call.sendMessage(message);
        }
    }

    private static final class UnwrappingListener<Q> extends ServerCall.Listener<Parsed<Q>> {
        private final ServerCall.Listener<Q> handler;

        UnwrappingListener(ServerCall.Listener<Q> handler) {
            this.handler = handler;
        }

        @Override
        public void onMessage(Parsed<Q> message) {
            Q request = message.request();
            if (request == null) {
                throw new FloeException(
                                ErrorCode.INVALID_ARGUMENT,
                                "the request is no valid protobuf message: a string that is not UTF-8, or broken bytes",
                                message.failure())
                        .advise("send the messages of the service's .proto file, with strings in UTF-8");
            }
            handler.onMessage(request);
        }

        @Override
        public void onHalfClose() {
            handler.onHalfClose();
        }

        @Override
        public void onCancel() {
            handler.onCancel();
        }

        @Override
        public void onComplete() {
            handler.onComplete();
        }

        @Override
        public void onReady() {
            handler.onReady();
        }
    }
}
