package dev.floe.standalone;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which data folder and settings a server has: file, then environment, then flags. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SettingsOptions {
    @Option(
            names = "--data-folder",
            paramLabel = "FOLDER",
            description = "Where everything is kept (FLOE_DATA_FOLDER, else .floe/data).",
            // where the commands of a client look for a server
            defaultValue = "${env:FLOE_DATA_FOLDER:-.floe/data}")
    private Path dataFolder;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file of settings.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting; may be given several times.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "Short for --set grpc.port=PORT.")
    private @Nullable Integer grpcPort;

    @Option(names = "--jdbc-port", paramLabel = "PORT", description = "Short for --set jdbc.port=PORT.")
    private @Nullable Integer jdbcPort;

    Path dataFolder() {
        return dataFolder;
    }

    Settings settings() {
        Settings base = config == null ? Settings.of(Map.of()) : Settings.fromFile(config);
        List<String> known = StandaloneSettings.reference(dataFolder).stream()
                .map(SettingsReader.Key::name)
                .toList();
        Map<String, String> flags = new LinkedHashMap<>(set);
        port("grpc.port", grpcPort, flags);
        port("jdbc.port", jdbcPort, flags);
        return base.withEnvironment(System.getenv(), known).with(flags);
    }

    private static void port(String key, @Nullable Integer port, Map<String, String> flags) {
        if (port != null && flags.put(key, port.toString()) != null) {
            throw new FloeException(ErrorCode.INVALID_SETTINGS, key + " is given twice");
        }
    }
}
