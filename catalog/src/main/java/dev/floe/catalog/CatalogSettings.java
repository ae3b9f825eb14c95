package dev.floe.catalog;

import dev.floe.core.settings.Secret;
import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where the catalog's database and the tables' files are.
 *
 * <p>{@code warehouse} is a local path or a URI. The URL is {@code jdbc:sqlite:...} or {@code jdbc:postgresql:...}.
 */
public record CatalogSettings(String jdbcUrl, String user, Secret password, String warehouse) implements Serializable {
    public static CatalogSettings read(SettingsReader settings, Path dataFolder) {
        return new CatalogSettings(
                settings.text(
                        "catalog.jdbc-url",
                        "jdbc:sqlite:" + dataFolder.resolve("catalog.db"),
                        "Database of the catalog: jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE"),
                settings.text("catalog.user", "", "User of the catalog's database"),
                settings.secret("catalog.password", "", "Password of the catalog's database"),
                settings.text(
                        "catalog.warehouse",
                        dataFolder.resolve("warehouse").toString(),
                        "Folder or URI under which tables keep their files"));
    }
}
