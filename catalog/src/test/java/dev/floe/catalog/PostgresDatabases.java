package dev.floe.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.floe.catalog.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for each test, on one server for all classes of a run; tests are skipped where there is no PostgreSQL. */
final class PostgresDatabases implements BeforeAllCallback, BeforeEachCallback {
    private @Nullable PostgresServer server;
    private String url = "";

    private record Running(Optional<PostgresServer> server) implements AutoCloseable {
        @Override
        public void close() {
            server.ifPresent(PostgresServer::close);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<PostgresServer> running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PostgresDatabases.class))
                .getOrComputeIfAbsent(Running.class, absent -> new Running(PostgresServer.start()), Running.class)
                .server();
        assumeTrue(running.isPresent(), "PostgreSQL is not installed");
        server = running.orElseThrow();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        url = server().newDatabase();
    }

    PostgresServer server() {
        PostgresServer running = server;
        if (running == null) {
            throw new IllegalStateException("no test of this class has begun");
        }
        return running;
    }

    /** Of the test's own database, with data files in a folder. */
    CatalogSettings settings(Path folder) {
        return new CatalogSettings(
                url,
                server().user(),
                server().password(),
                folder.resolve("warehouse").toString());
    }
}
