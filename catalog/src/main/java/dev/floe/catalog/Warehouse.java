package dev.floe.catalog;

import dev.floe.catalog.file.LocalFileIO;
import dev.floe.catalog.file.S3Files;
import dev.floe.catalog.file.S3Location;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** Where tables keep their files: a local folder, or a prefix of an S3 bucket. */
record Warehouse(String location, FileIO files) implements AutoCloseable {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
    private static final String S3_SCHEME = "s3:";

    /**
     * A folder is made where it is missing, a bucket has to be there; throws INVALID_SETTINGS, DATA_FOLDER_UNUSABLE.
     */
    static Warehouse open(CatalogSettings settings) {
        String text = settings.warehouse();
        if (text.startsWith(S3_SCHEME)) {
            S3Location bucket =
                    S3Location.parse(text).orElseThrow(() -> unusable(text, "is no s3://BUCKET/PREFIX", null));
            return new Warehouse(bucket.toString(), S3Files.open(bucket, settings.s3()));
        }
        Path folder = folder(text);
        return new Warehouse(folder.toString(), new LocalFileIO(folder));
    }

    @Override
    public void close() {
        files.close();
    }

    private static Path folder(String warehouse) {
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
            throw unusable(warehouse, "is no local folder", e);
        }
        throw unusable(warehouse, "is no local folder", null);
    }

    private static FloeException unusable(String warehouse, String what, @Nullable Exception e) {
        return new FloeException(ErrorCode.INVALID_SETTINGS, "catalog.warehouse: '" + warehouse + "' " + what, e)
                .advise("give a path, a file: URI or s3://BUCKET/PREFIX");
    }
}
