package dev.floe.it;

import dev.floe.client.FloeClient;
import dev.floe.core.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** {@code floe standalone}, or {@code floe gateway}, in a process of its own, for tests that kill it. */
public final class StandaloneProcess implements AutoCloseable {
    static final List<String> FREE_PORTS = List.of(
            "--set", "grpc.port=0", "--set", "jdbc.port=0", "--set", "flink.ui-port=0", "--set", "metrics.port=0");

    private static final long START_SECONDS_MAX = 90;
    private static final long STOP_SECONDS_MAX = 45;
    private static final long DEATH_SECONDS_MAX = 5;
    private static final long POLL_MILLIS = 50;

    private final Process process;
    private final Path dataFolder;

    private StandaloneProcess(Process process, Path dataFolder) {
        this.process = process;
        this.dataFolder = dataFolder;
    }

    /** Starts on free ports; does not wait. {@code systemProperties} are for fault points. */
    public static StandaloneProcess launch(Path dataFolder, Map<String, String> systemProperties, String... arguments) {
        return launch("standalone", dataFolder, properties(systemProperties), onFreePorts(arguments));
    }

    private static List<String> onFreePorts(String... arguments) {
        List<String> all = new ArrayList<>(FREE_PORTS);
        all.addAll(List.of(arguments));
        return all;
    }

    private static List<String> properties(Map<String, String> systemProperties) {
        return systemProperties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /** {@code floe gateway}; does not wait. It listens where the arguments say. */
    public static StandaloneProcess launchGateway(
            Path folder, Map<String, String> systemProperties, List<String> arguments) {
        return launch("gateway", folder, properties(systemProperties), arguments);
    }

    private static StandaloneProcess launch(
            String name, Path dataFolder, List<String> jvmOptions, List<String> arguments) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(ServerClasses.arguments());
        List<String> command = command(options, name, dataFolder);
        command.addAll(arguments);
        try {
            Files.deleteIfExists(dataFolder.resolve("endpoints.yaml"));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(dataFolder
                            .resolveSibling(dataFolder.getFileName() + ".log")
                            .toFile()))
                    .start();
            return new StandaloneProcess(process, dataFolder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command of a server; arguments of its own may follow. */
    static List<String> command(List<String> options, String name, Path dataFolder) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:+UseParallelGC",
                // short lives: what the second compiler gives never pays
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("dev.floe.standalone.FloeMain", name, "--data-folder", dataFolder.toString()));
        return command;
    }

    /** Starts and waits until it serves. */
    public static StandaloneProcess start(Path dataFolder, String... arguments) {
        return awaited(launch(dataFolder, Map.of(), arguments));
    }

    /** The same for minutes of load: with the compiler and the memory of a server that stays up. */
    public static StandaloneProcess startLasting(Path dataFolder, String... arguments) {
        List<String> options = List.of("-Xmx2g", "-XX:TieredStopAtLevel=4");
        return awaited(launch("standalone", dataFolder, options, onFreePorts(arguments)));
    }

    private static StandaloneProcess awaited(StandaloneProcess started) {
        if (!started.serves(START_SECONDS_MAX)) {
            String log = started.log();
            started.kill();
            throw new IllegalStateException("standalone did not come up:\n" + log);
        }
        return started;
    }

    /** Waits until it serves; false where it ended or took too long. */
    public boolean serves(long secondsMax) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (!Files.exists(dataFolder.resolve("endpoints.yaml"))) {
            if (ended(POLL_MILLIS) || System.nanoTime() > deadline) {
                return false;
            }
        }
        return true;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end; true where it ended. */
    public boolean ended(long millisMax) {
        try {
            return process.waitFor(millisMax, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for its end, and kills what it started as soon as it comes: a broker would stop cleanly else. */
    public boolean endedWithChildren(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        // one that has just ended has no children any more, though its broker is still at its own end
        Set<ProcessHandle> children = new HashSet<>();
        while (!ended(POLL_MILLIS)) {
            process.descendants().forEach(children::add);
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        killAll(children);
        return true;
    }

    public int exitCode() {
        return process.exitValue();
    }

    /** kill -9 of it and of the broker it started, as one blow. */
    public void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        killAll(children);
        ended(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
    }

    private static void killAll(Collection<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : processes) {
            // no longer: where nobody reaps it, it never counts as ended
            each.onExit()
                    .completeOnTimeout(each, DEATH_SECONDS_MAX, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** kill -9 of the broker alone. */
    public void killBroker() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** SIGSTOP of it alone: its broker goes on. */
    public void freeze() {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill " + name + " exits with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM; true where it ended by itself in time. */
    public boolean terminate() {
        process.destroy();
        return ended(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
    }

    public FloeClient client() {
        return FloeClient.connect(endpoint("grpc"), adminKey());
    }

    public String endpoint(String name) {
        return String.valueOf(
                Settings.fromFile(dataFolder.resolve("endpoints.yaml")).values().get(name));
    }

    public String adminKey() {
        try {
            return Files.readString(dataFolder.resolve("admin.key")).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String log() {
        try {
            return Files.readString(dataFolder.resolveSibling(dataFolder.getFileName() + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!terminate()) {
            kill();
        }
    }
}
