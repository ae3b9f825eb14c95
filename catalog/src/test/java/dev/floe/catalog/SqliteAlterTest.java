package dev.floe.catalog;

import dev.floe.core.settings.Secret;

class SqliteAlterTest extends AlterContract {
    @Override
    CatalogSettings settings() {
        return new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString());
    }
}
