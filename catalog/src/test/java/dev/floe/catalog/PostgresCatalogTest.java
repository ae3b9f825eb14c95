package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresCatalogTest extends CatalogContract {
    @RegisterExtension
    static final PostgresDatabases POSTGRES = new PostgresDatabases();

    @Override
    CatalogSettings settings() {
        return POSTGRES.settings(folder);
    }

    @Test
    void namesTheSettingsWhereThePasswordIsWrong() {
        CatalogSettings right = settings();
        CatalogSettings wrong =
                new CatalogSettings(right.jdbcUrl(), right.user(), new Secret("another"), right.warehouse());

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

            POSTGRES.server().kill();
            assertThatThrownBy(() -> catalog.tenants().exists(CatalogContract.ACME))
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNAVAILABLE));
            POSTGRES.server().restart();

            assertThat(catalog.tenants().exists(ACME)).isTrue();
        }
    }
}
