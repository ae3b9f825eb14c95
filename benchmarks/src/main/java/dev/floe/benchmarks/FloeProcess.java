package dev.floe.benchmarks;

import dev.floe.core.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A standalone Floe in a process of its own; stopped by {@link #close}. */
final class FloeProcess implements AutoCloseable {
    private static final long START_SECONDS_MAX = 120;
    private static final long STOP_SECONDS_MAX = 60;

    private final Process process;
    private final Path dataFolder;
    private final Settings endpoints;

    private FloeProcess(Process process, Path dataFolder, Settings endpoints) {
        this.process = process;
        this.dataFolder = dataFolder;
        this.endpoints = endpoints;
    }

    /**
     * Starts {@code ./floe standalone} on free ports and waits until it serves; settings as KEY=VALUE. It keeps no
     * results: what is asked again is measured again.
     */
    static FloeProcess start(Path home, Path dataFolder, String... settings) throws IOException, InterruptedException {
        Path log = dataFolder.resolveSibling("floe.log");
        List<String> command = new ArrayList<>(
                List.of(home.resolve("floe").toString(), "standalone", "--data-folder", dataFolder.toString()));
        Stream.concat(
                        Stream.of(
                                "grpc.port=0",
                                "jdbc.port=0",
                                "flink.ui-port=0",
                                "metrics.port=off",
                                "sql.result-cache-bytes-max=0B"),
                        Stream.of(settings))
                .forEach(setting -> command.addAll(List.of("--set", setting)));
        Path endpoints = dataFolder.resolve("endpoints.yaml");
        Files.deleteIfExists(endpoints);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!Files.exists(endpoints)) {
            if (process.waitFor(200, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("floe standalone did not come up; see " + log);
            }
        }
        return new FloeProcess(process, dataFolder, Settings.fromFile(endpoints));
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Where it keeps all its state. */
    Path dataFolder() {
        return dataFolder;
    }

    String target() {
        return endpoint("grpc");
    }

    /** host:port of JDBC. */
    String jdbc() {
        return endpoint("jdbc");
    }

    String flinkUi() {
        return endpoint("flink-ui");
    }

    String brokers() {
        return endpoint("log");
    }

    String adminKey() {
        try {
            return Files.readString(dataFolder.resolve("admin.key")).trim();
        } catch (IOException e) {
            throw new IllegalStateException("no admin key in " + dataFolder, e);
        }
    }

    /** kill -9 of it and of the broker it started. */
    void kill() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private String endpoint(String name) {
        String value = endpoints.values().get(name);
        if (value == null) {
            throw new IllegalStateException("endpoints.yaml names no " + name);
        }
        return value;
    }
}
