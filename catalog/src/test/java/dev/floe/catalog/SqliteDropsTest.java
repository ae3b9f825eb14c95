package dev.floe.catalog;

import dev.floe.core.settings.Secret;

class SqliteDropsTest extends DropsContract {
    @Override
    CatalogSettings settings() {
        return new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString());
    }
}
