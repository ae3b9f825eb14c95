package dev.floe.catalog;

import dev.floe.catalog.file.S3Settings;
import dev.floe.core.settings.Secret;
import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where the catalog's database and the tables' files are.
 *
 * <p>{@code warehouse} is a local path or a URI, {@code s3} for one of S3's. The URL is {@code jdbc:sqlite:...} or
 * {@code jdbc:postgresql:...}.
 */
public record CatalogSettings(String jdbcUrl, String user, Secret password, String warehouse, S3Settings s3)
        implements Serializable {
    /** With S3, if the warehouse is there, as the AWS SDK finds it by itself. */
    public CatalogSettings(String jdbcUrl, String user, Secret password, String warehouse) {
        this(jdbcUrl, user, password, warehouse, S3Settings.NONE);
    }

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
                        "Folder or s3://BUCKET/PREFIX under which tables keep their files"),
                S3Settings.read(settings));
    }
}
