package dev.floe.core.folder;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that holds one API key and nothing else. */
public final class KeyFile {
    /** Where a data folder keeps its first admin's key. */
    public static final String ADMIN = "admin.key";

    private static final long BYTES_MAX = 4096;

    private KeyFile() {}

    /** The key without the blanks around it; throws INVALID_SETTINGS where the file holds none. */
    public static Secret read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw unusable(file, "is larger than " + BYTES_MAX + " bytes", null);
            }
            String key = Files.readString(file).strip();
            if (key.isEmpty() || key.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw unusable(file, "does not hold one key", null);
            }
            return new Secret(key);
        } catch (IOException e) {
            throw unusable(file, "can't be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static FloeException unusable(Path file, String why, @Nullable Throwable cause) {
        return new FloeException(ErrorCode.INVALID_SETTINGS, "the key file " + file + " " + why, cause)
                .advise("name a file that holds one API key and that this user can read");
    }
}
