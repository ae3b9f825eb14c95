package dev.floe.client;

/** Where each service listens, as host:port or any gRPC target. */
public record Endpoints(String ingest, String query, String catalog) {
    /** One server for all services, as standalone has it. */
    public static Endpoints of(String target) {
        return new Endpoints(target, target, target);
    }
}
