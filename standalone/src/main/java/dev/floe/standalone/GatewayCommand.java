package dev.floe.standalone;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code floe gateway}: takes writes until it is told to stop. */
@Command(
        name = "gateway",
        description = "Runs one more ingest gateway on an installation's log and catalog, until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It needs log.bootstrap-servers, catalog.jdbc-url and catalog.warehouse, and a --data-folder of its own",
            "for its logs. Settings come as for standalone; docs/settings.md lists them."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GatewayCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = options.dataFolder();
        ServerLogging.into(folder);
        CountDownLatch stopped = new CountDownLatch(1);
        try (GatewayServer server = GatewayServer.start(folder, options.settings())) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                server.close();
                                stopped.countDown();
                            },
                            "stop"));
            out.println("floe: gateway serving on " + server.address());
            out.flush();
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
