package dev.floe.standalone;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a running process listens, each as host:port; kept in {@code endpoints.yaml} while it serves. */
public record Endpoints(String grpc, String jdbc, String flinkUi, String log) {
    static final String FILE = "endpoints.yaml";

    void write(Path dataFolder) {
        String text = "grpc: \"%s\"%njdbc: \"%s\"%nflink-ui: \"%s\"%nlog: \"%s\"%n".formatted(grpc, jdbc, flinkUi, log);
        try {
            Path fresh = dataFolder.resolve(FILE + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, dataFolder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't write " + FILE + " in " + dataFolder, e);
        }
    }

    static void clear(Path dataFolder) {
        try {
            Files.deleteIfExists(dataFolder.resolve(FILE));
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't delete " + FILE + " in " + dataFolder, e);
        }
    }
}
