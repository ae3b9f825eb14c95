package dev.floe.catalog;

import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDropsTest extends DropsContract {
    @RegisterExtension
    static final PostgresDatabases POSTGRES = new PostgresDatabases();

    @Override
    CatalogSettings settings() {
        return POSTGRES.settings(folder);
    }
}
