package dev.floe.it.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The broker of a data folder without the rest, for what an operator does while the job is down. */
record LoneBroker(Process process) implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 30;

    /** Its clients wait until it answers. */
    static LoneBroker start(Path folder, String address) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.floe.standalone.broker.BrokerMain",
                folder.toString(),
                address.substring(address.indexOf(':') + 1),
                Integer.toString(Installation.freePort()));
        return new LoneBroker(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolveSibling("lone-broker.log").toFile())
                .start());
    }

    /** SIGTERM, as an operator would. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
