package dev.floe.standalone;

import dev.floe.auth.Authenticator;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.ConnectionLimit;
import dev.floe.auth.rpc.ErrorInterceptor;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalogserver.rpc.CatalogService;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.folder.Endpoints;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.settings.Settings;
import dev.floe.gateway.IngestGateway;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.log.KafkaEntryLog;
import dev.floe.gateway.log.KafkaStreamLog;
import dev.floe.storage.log.LogSettings;
import io.grpc.BindableService;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One more ingest gateway, with a log and a catalog that are served elsewhere.
 *
 * <pre>
 *   start   folder ─ catalog ─ log, gateway ─ gRPC ─ endpoints.yaml
 *   close   health ─ drain ─ gRPC ─ gateway ─ catalog ─ folder
 * </pre>
 *
 * <p>Any number of them take the same streams: which one a client reaches makes no difference. Its folder has no data.
 */
final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final StandaloneSettings settings;
    private String address = "";

    private GatewayServer(StandaloneSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts it and returns when it serves; throws INVALID_SETTINGS where log and catalog are not named, and what the
     * parts throw.
     */
    static GatewayServer start(Path folder, Settings given) {
        StandaloneSettings settings = StandaloneSettings.read(given, folder);
        if (settings.hasEmbeddedBroker() || !given.values().containsKey("catalog.jdbc-url")) {
            throw new FloeException(
                            ErrorCode.INVALID_SETTINGS, "a gateway has neither a broker nor a catalog of its own")
                    .advise("set log.bootstrap-servers, catalog.jdbc-url and catalog.warehouse to those of the"
                            + " installation");
        }
        GatewayServer server = new GatewayServer(settings);
        try {
            server.start(folder.toAbsolutePath().normalize());
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void start(Path folder) {
        closeLater(DataFolder.open(folder));
        Endpoints.clear(folder);
        closing.push(() -> Endpoints.clear(folder));
        Catalog catalog = closeLater(SqlCatalog.open(settings.catalog()));
        IngestGateway gateway = closeLater(gateway(settings, settings.log(), catalog, DiskWatermark.none()));
        gateway.start();
        List<Component> components = List.of(gateway);
        CatalogService tables = new CatalogService(catalog, Version.text(), () -> components, Clock.systemUTC());
        GrpcServer grpc = closeLater(
                grpc(settings.grpc(), List.of(gateway.service(), tables), Authenticator.ofKeys(catalog.apiKeys())));
        closing.push(() -> gateway.drain(settings.grpc().drainMax()));
        closing.push(grpc::announceStop);
        grpc.start();
        address = settings.grpc().bindAddress() + ":" + grpc.port();
        new Endpoints(address, "", "", settings.log().bootstrapServers(), "").write(folder);
        LOG.info("serving grpc={}", address);
    }

    /** The gateway as every server has it. */
    static IngestGateway gateway(StandaloneSettings settings, LogSettings log, Catalog catalog, DiskWatermark disk) {
        return new IngestGateway(
                catalog.tables(),
                catalog.suspensions(),
                new KafkaEntryLog(log, settings.publish()),
                new KafkaStreamLog(log, settings.publish()),
                disk,
                settings.gateway());
    }

    /** The gRPC server as every server has it: limits first, then identity. */
    static GrpcServer grpc(GrpcSettings settings, List<BindableService> services, Authenticator authenticator) {
        ConnectionLimit connections = new ConnectionLimit(settings.connectionsMax());
        return new GrpcServer(
                settings,
                services,
                List.of(new ErrorInterceptor(), connections, new AuthenticationInterceptor(authenticator)),
                connections);
    }

    String address() {
        return address;
    }

    /** May be called twice. */
    @Override
    public synchronized void close() {
        while (!closing.isEmpty()) {
            AutoCloseable part = closing.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part did not close cleanly: {}", part, e);
            }
        }
    }

    private <T extends AutoCloseable> T closeLater(T part) {
        closing.push(part);
        return part;
    }
}
