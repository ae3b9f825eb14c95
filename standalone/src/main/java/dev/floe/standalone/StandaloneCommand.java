package dev.floe.standalone;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    @Mixin
    private SettingsOptions options;

    @Option(
            names = "--insecure",
            description = "Serve without keys: everyone who reaches the port is an admin. Loopback only.")
    private boolean insecure;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path dataFolder = options.dataFolder();
        ServerLogging.into(dataFolder);
        if (insecure) {
            spec.commandLine()
                    .getErr()
                    .println("WARNING: --insecure: no keys are asked for; everyone on this machine is an admin.");
        }
        out.println("floe: starting on " + dataFolder.toAbsolutePath().normalize());
        out.flush();
        CountDownLatch stopped = new CountDownLatch(1);
        try (Standalone standalone = Standalone.start(dataFolder, options.settings(), insecure)) {
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
}
