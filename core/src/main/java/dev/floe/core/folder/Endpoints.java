package dev.floe.core.folder;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/** Where a running process listens, each as host:port; kept in {@code endpoints.yaml} while it serves. */
public record Endpoints(String grpc, String jdbc, String flinkUi, String log, String metrics) {
    public static final String FILE = "endpoints.yaml";

    /** What the process that serves the folder has written; empty where none does. */
    public static Optional<Endpoints> read(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> values;
        try {
            values = Settings.fromFile(file).values();
        } catch (FloeException e) {
            if (!Files.exists(file)) {
                // its server ended since
                return Optional.empty();
            }
            throw e;
        }
        String grpc = values.get("grpc");
        if (grpc == null) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, file + " does not say where gRPC is served")
                    .advise("restart the server of this folder: it writes the file anew");
        }
        return Optional.of(new Endpoints(
                grpc,
                values.getOrDefault("jdbc", ""),
                values.getOrDefault("flink-ui", ""),
                values.getOrDefault("log", ""),
                values.getOrDefault("metrics", "")));
    }

    public void write(Path dataFolder) {
        String text = "grpc: \"%s\"%njdbc: \"%s\"%nflink-ui: \"%s\"%nlog: \"%s\"%nmetrics: \"%s\"%n"
                .formatted(grpc, jdbc, flinkUi, log, metrics);
        try {
            Path fresh = dataFolder.resolve(FILE + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, dataFolder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't write " + FILE + " in " + dataFolder, e);
        }
    }

    public static void clear(Path dataFolder) {
        try {
            Files.deleteIfExists(dataFolder.resolve(FILE));
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't delete " + FILE + " in " + dataFolder, e);
        }
    }
}
