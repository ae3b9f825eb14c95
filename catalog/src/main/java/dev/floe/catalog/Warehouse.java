package dev.floe.catalog;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The folder under which tables keep their files. */
final class Warehouse {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

    private Warehouse() {}

    /** The local folder, made where it is missing; throws INVALID_SETTINGS, DATA_FOLDER_UNUSABLE. */
    static Path open(String warehouse) {
        Path folder = parse(warehouse);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't create the folder " + folder, e)
                    .advise("name a folder that can be written as catalog.warehouse");
        }
        if (!Files.isWritable(folder)) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "the folder " + folder + " can't be written")
                    .advise("name a folder that can be written as catalog.warehouse");
        }
        return folder;
    }

    private static Path parse(String warehouse) {
        try {
            if (warehouse.startsWith("file:")) {
                return Path.of(URI.create(warehouse)).toAbsolutePath().normalize();
            }
            if (!SCHEME.matcher(warehouse).matches() && !warehouse.isBlank()) {
                return Path.of(warehouse).toAbsolutePath().normalize();
            }
        } catch (IllegalArgumentException e) {
            throw unusable(warehouse, e);
        }
        throw unusable(warehouse, null);
    }

    private static FloeException unusable(String warehouse, @Nullable Exception e) {
        return new FloeException(
                        ErrorCode.INVALID_SETTINGS, "catalog.warehouse: '" + warehouse + "' is no local folder", e)
                .advise("give a path or a file: URI; this build keeps tables on local or mounted disks only");
    }
}
