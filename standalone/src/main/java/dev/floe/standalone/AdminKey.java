package dev.floe.standalone;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Role;
import dev.floe.core.folder.KeyFile;
import dev.floe.core.name.TenantName;
import java.nio.file.Files;
import java.util.Set;

/**
 * The first admin's key, kept in a file of the data folder that only its owner can read.
 *
 * <p>A kill between making the key and writing the file leaves a key that nobody knows; the next start makes another.
 */
final class AdminKey {
    private AdminKey() {}

    /** Makes the key where the file is missing; true where it did. */
    static boolean ensure(DataFolder folder, Catalog catalog) {
        if (Files.exists(folder.resolve(KeyFile.ADMIN))) {
            return false;
        }
        ApiKeys.NewKey made = catalog.apiKeys().create(TenantName.DEFAULT, Set.of(Role.ADMIN), "first admin");
        folder.writeSecret(KeyFile.ADMIN, made.whole().value());
        return true;
    }
}
