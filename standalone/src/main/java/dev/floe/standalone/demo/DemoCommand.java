package dev.floe.standalone.demo;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code floe demo}: the whole path on real flight records, checked by another engine. */
@Command(
        name = "demo",
        description = "Sends half a million real flight records through everything, queries them, and checks the result"
                + " with another engine.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 all checks hold, 1 one does not."})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DemoCommand implements Callable<Integer> {
    private final DemoServer.Starter starter;

    @Option(names = "--keep", description = "Keep serving afterwards, until Ctrl-C, and print how to connect.")
    private boolean keep;

    @Option(
            names = "--data-folder",
            paramLabel = "FOLDER",
            description = "Where to keep everything; a temporary folder by default.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--file",
            paramLabel = "PARQUET",
            description = "Flight records to send (${DEFAULT-VALUE} of the clone).",
            defaultValue = "data/flights-500k.parquet")
    private Path file;

    @Spec
    private CommandSpec spec;

    public DemoCommand(DemoServer.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path home = Path.of(System.getProperty("floe.home", ""));
        FlightRecords records = new FlightRecords(file.isAbsolute() || Files.exists(file) ? file : home.resolve(file));
        Path folder = dataFolder == null ? temporary() : dataFolder;
        try (DemoServer server = starter.start(folder)) {
            boolean holds = new Demo(home, records, server, out).run();
            if (keep) {
                out.println();
                server.announce(out);
                out.flush();
                server.awaitStop();
            }
            return holds ? 0 : 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            if (dataFolder == null) {
                delete(folder);
            }
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("floe-demo-");
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't make a temporary folder", e)
                    .advise("name a folder with --data-folder");
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path one : all) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            // a temporary folder: the system clears it away
        }
    }
}
