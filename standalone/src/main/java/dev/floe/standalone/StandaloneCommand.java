package dev.floe.standalone;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code floe standalone}: serves until it is told to stop. */
@Command(
        name = "standalone",
        description = "Runs everything in one process on one data folder, until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Settings come from --config, then the environment (grpc.port is FLOE_GRPC_PORT), then --set; the last one",
            "wins. docs/settings.md lists them."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StandaloneCommand implements Callable<Integer> {
    private static final String DEFAULT_FOLDER = ".floe/data";

    @Option(
            names = "--data-folder",
            paramLabel = "FOLDER",
            description = "Where everything is kept (${DEFAULT-VALUE}).",
            defaultValue = DEFAULT_FOLDER)
    private Path dataFolder;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file of settings.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting; may be given several times.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "Short for --set grpc.port=PORT.")
    private @Nullable Integer grpcPort;

    @Option(names = "--jdbc-port", paramLabel = "PORT", description = "Short for --set jdbc.port=PORT.")
    private @Nullable Integer jdbcPort;

    @Option(
            names = "--insecure",
            description = "Serve without keys: everyone who reaches the port is an admin. Loopback only.")
    private boolean insecure;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ServerLogging.into(dataFolder);
        if (insecure) {
            spec.commandLine()
                    .getErr()
                    .println("WARNING: --insecure: no keys are asked for; everyone on this machine is an admin.");
        }
        out.println("floe: starting on " + dataFolder.toAbsolutePath().normalize());
        out.flush();
        CountDownLatch stopped = new CountDownLatch(1);
        try (Standalone standalone = Standalone.start(dataFolder, settings(), insecure)) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                standalone.close();
                                stopped.countDown();
                            },
                            "stop"));
            out.printf(Locale.ROOT, "floe: serving after %.1f s (%s)%n", standalone.seconds(), standalone.phases());
            Announcement.print(standalone, insecure, out);
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private Settings settings() {
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
