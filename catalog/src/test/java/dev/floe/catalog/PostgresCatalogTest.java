package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.floe.catalog.postgres.PostgresServer;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresCatalogTest extends CatalogContract {
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
        return settings(url, server.orElseThrow().password());
    }

    @Test
    void namesTheSettingsWhereThePasswordIsWrong() {
        CatalogSettings wrong = settings(server.orElseThrow().newDatabase(), new Secret("another"));

        assertThatThrownBy(() -> SqlCatalog.open(wrong)).isInstanceOfSatisfying(FloeException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNAVAILABLE);
            assertThat(e.message()).contains("password authentication failed").doesNotContain("another");
            assertThat(e.action()).contains("catalog.password");
        });
    }

    @Test
    void answersAgainAfterTheServerCameBack() {
        try (Catalog catalog = SqlCatalog.open(settings())) {
            catalog.tenants().create(ACME);

            server.orElseThrow().kill();
            assertThatThrownBy(() -> catalog.tenants().exists(CatalogContract.ACME))
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNAVAILABLE));
            server.orElseThrow().restart();

            assertThat(catalog.tenants().exists(ACME)).isTrue();
        }
    }

    private CatalogSettings settings(String jdbcUrl, Secret password) {
        return new CatalogSettings(
                jdbcUrl,
                server.orElseThrow().user(),
                password,
                folder.resolve("warehouse").toString());
    }
}
