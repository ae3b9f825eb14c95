package dev.floe.catalog;

import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresCompactionsTest extends CompactionsContract {
    @RegisterExtension
    static final PostgresDatabases POSTGRES = new PostgresDatabases();

    @Override
    CatalogSettings settings() {
        return POSTGRES.settings(folder);
    }
}
