package dev.floe.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.floe.catalog.postgres.PostgresServer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresIndexesTest extends IndexesContract {
    private static Optional<PostgresServer> server = Optional.empty();

    private @Nullable String url;

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
    }

    @AfterAll
    static void stop() {
        server.ifPresent(PostgresServer::close);
    }

    @Override
    CatalogSettings settings() {
        if (url == null) {
            url = server.orElseThrow().newDatabase();
        }
        return new CatalogSettings(
                url,
                server.orElseThrow().user(),
                server.orElseThrow().password(),
                folder.resolve("warehouse").toString());
    }
}
