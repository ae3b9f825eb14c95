package dev.floe.catalog;

import dev.floe.core.settings.Secret;

class SqliteIndexesTest extends IndexesContract {
    @Override
    CatalogSettings settings() {
        return new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString());
    }
}
