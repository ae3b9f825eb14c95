package dev.floe.standalone;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;

/** Where and within which limits gRPC is served. */
record GrpcSettings(
        String bindAddress,
        int port,
        int messageBytesMax,
        int connectionsMax,
        int callsPerConnectionMax,
        Duration drainMax) {
    private static final long MESSAGE_BYTES_CEILING = 1L << 30;

    static GrpcSettings read(SettingsReader settings) {
        long messageBytes =
                settings.bytes("grpc.message-bytes-max", "16MB", "Largest gRPC message accepted; larger is refused");
        if (messageBytes < 1 || messageBytes > MESSAGE_BYTES_CEILING) {
            settings.mistake("grpc.message-bytes-max", "it must be from 1B to 1GB");
            messageBytes = 1;
        }
        return new GrpcSettings(
                settings.text("grpc.bind-address", "127.0.0.1", "Address that gRPC is served on"),
                settings.count("grpc.port", 7070, 0, 65535, "Port that gRPC is served on; 0 picks a free one"),
                (int) messageBytes,
                settings.count("grpc.connections-max", 2_000, 1, 100_000, "Connections open at once; more are closed"),
                settings.count("grpc.calls-per-connection-max", 256, 1, 10_000, "Calls open at once on a connection"),
                settings.duration("grpc.drain-max", "20s", "How long a stopping server waits for calls in flight"));
    }
}
