package dev.floe.standalone;

import dev.floe.auth.Authenticator;
import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalogserver.rpc.CatalogService;
import dev.floe.core.folder.Endpoints;
import dev.floe.core.folder.KeyFile;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.core.settings.Settings;
import dev.floe.gateway.IngestGateway;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.sql.CalciteQueryEngine;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.log.KafkaLogTail;
import dev.floe.sqlgateway.SqlGateway;
import dev.floe.standalone.broker.EmbeddedBroker;
import dev.floe.standalone.flink.EmbeddedFlink;
import dev.floe.storage.log.LogSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of Floe in this process, on one data folder.
 *
 * <pre>
 *   start   folder ─ catalog ─┬─ broker ─── log, gateway ─┬─ job ─ JDBC ─ metrics ─ gRPC ─ endpoints.yaml
 *                             ├─ Flink cluster ───────────┤
 *                             └─ SQL warm-up ─────────────┘
 *   close   health ─ drain ─ gRPC ─ metrics ─ JDBC ─ job's last checkpoint ─ gateway ─ broker ─ catalog ─ folder
 * </pre>
 *
 * <p>Invariant: what was started is closed in the opposite order, also when a later part fails to start; a close that
 * doesn't end well loses nothing that was acked.
 */
final class Standalone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    private final StandaloneSettings settings;
    private final boolean insecure;
    private final Path root;
    private final StatementRows statementRows = new StatementRows();
    private final StartPhases phases = new StartPhases();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final List<Component> components = new ArrayList<>();
    private Endpoints endpoints = new Endpoints("", "", "", "", "");
    private boolean closed;

    private Standalone(Path dataFolder, Settings settings, boolean insecure) {
        this.root = dataFolder.toAbsolutePath().normalize();
        this.settings = StandaloneSettings.read(settings, root);
        this.insecure = insecure;
        if (insecure) {
            this.settings.requireLoopback();
        }
    }

    /**
     * Starts everything and returns when it serves. Without {@code insecure} every call needs a key; with it none does,
     * on loopback only. Throws INVALID_SETTINGS, DATA_FOLDER_LOCKED, DATA_FOLDER_NEWER, PORT_IN_USE and what the parts
     * throw, after closing what had started.
     */
    static Standalone start(Path dataFolder, Settings settings, boolean insecure) {
        Standalone standalone = new Standalone(dataFolder, settings, insecure);
        try {
            standalone.start();
            return standalone;
        } catch (RuntimeException e) {
            standalone.close();
            throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void start() {
        DataFolder folder = closeLater(DataFolder.open(root));
        Endpoints.clear(root);
        closing.push(() -> Endpoints.clear(root));
        Catalog catalog = closeLater(phases.time("catalog", () -> SqlCatalog.open(settings.catalog())));
        AdminKey.ensure(folder, catalog);
        LogTail tail = new LogTail(
                catalog.tables(),
                catalog.suspensions(),
                settings.engine().tail(),
                settings.log().streamLifetime());
        CalciteQueryEngine engine = closeLater(new CalciteQueryEngine(catalog, statementRows, tail, settings.engine()));
        EmbeddedBroker broker = new EmbeddedBroker(settings.broker());
        EmbeddedFlink flink =
                new EmbeddedFlink(settings.flink(), () -> settings.ingest().with(log(broker)), settings.maintenance());
        if (settings.hasEmbeddedBroker()) {
            component(broker);
        }
        component(flink);
        CompletableFuture<Void> cluster = CompletableFuture.runAsync(() -> phases.time("flink", flink::start));
        CompletableFuture<Void> warm = CompletableFuture.runAsync(() -> phases.time("sql", engine::warmUp));
        try {
            if (settings.hasEmbeddedBroker()) {
                phases.time("broker", broker::start);
            }
            KafkaLogTail follower = new KafkaLogTail(() -> log(broker), catalog.tables(), tail, Clock.systemUTC());
            serve(catalog, engine, follower, broker, flink, cluster);
        } finally {
            // closing must not run into a part that is still starting
            cluster.exceptionally(e -> null).join();
            warm.exceptionally(e -> null).join();
        }
        warm.join();
        endpoints.write(root);
        LOG.info("serving grpc={} jdbc={} seconds={} phases={}", endpoints.grpc(), endpoints.jdbc(), seconds(), phases);
    }

    private void serve(
            Catalog catalog,
            CalciteQueryEngine engine,
            KafkaLogTail follower,
            EmbeddedBroker broker,
            EmbeddedFlink flink,
            CompletableFuture<Void> cluster) {
        DiskWatermark disk = settings.hasEmbeddedBroker()
                ? DiskWatermark.of(root, settings.gateway().diskFreeBytesMin())
                : DiskWatermark.none();
        IngestGateway gateway = component(GatewayServer.gateway(settings, log(broker), catalog, disk));
        phases.time("log", gateway::start);
        statementRows.writeTo(gateway.local());
        phases.time("tail", component(follower)::start);
        cluster.join();
        phases.time("job", flink::submit);
        Authenticator authenticator = insecure ? Authenticator.insecure() : Authenticator.ofKeys(catalog.apiKeys());
        SqlGateway sql = component(new SqlGateway(
                engine, catalog.tables(), new HttpAuthenticator(authenticator), settings.sql(), settings.jdbc()));
        sql.start();
        MetricsServer metrics = component(new MetricsServer(settings.metrics(), sql.metrics()));
        metrics.start();
        CatalogService catalogService =
                new CatalogService(catalog, Version.text(), () -> List.copyOf(components), Clock.systemUTC());
        GrpcServer grpc = component(GatewayServer.grpc(
                settings.grpc(),
                List.of(gateway.service(), catalogService, sql.service(), sql.flightService(Version.text())),
                authenticator));
        closing.push(() -> gateway.drain(settings.grpc().drainMax()));
        closing.push(grpc::announceStop);
        grpc.start();
        endpoints = new Endpoints(
                settings.grpc().bindAddress() + ":" + grpc.port(),
                settings.jdbc().address() + ":" + sql.jdbcPort(),
                flink.webUi(),
                log(broker).bootstrapServers(),
                metrics.endpoint());
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Path dataFolder() {
        return root;
    }

    Path adminKeyFile() {
        return root.resolve(KeyFile.ADMIN);
    }

    /** Seconds from the beginning of the start until now. */
    double seconds() {
        return phases.seconds();
    }

    /** How long each phase of the start took. */
    String phases() {
        return phases.toString();
    }

    /** Parts that are not well, by name. */
    Map<String, String> ailments() {
        Map<String, String> ailments = new TreeMap<>();
        for (Component component : components) {
            Health health = component.health();
            if (!health.healthy()) {
                ailments.put(component.name(), health.detail());
            }
        }
        return ailments;
    }

    /** Stops everything; what was acked is kept whatever happens here. May be called twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!closing.isEmpty()) {
            AutoCloseable part = closing.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part did not close cleanly: {}", part, e);
            }
        }
        LOG.info("stopped");
    }

    private LogSettings log(EmbeddedBroker broker) {
        return settings.hasEmbeddedBroker() ? settings.log().at(broker.bootstrapServers()) : settings.log();
    }

    private <T extends AutoCloseable> T closeLater(T part) {
        closing.push(part);
        return part;
    }

    private <T extends Component> T component(T part) {
        components.add(part);
        return closeLater(part);
    }
}
