package dev.floe.standalone;

import dev.floe.core.settings.Settings;
import dev.floe.standalone.demo.DemoServer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A standalone process on free ports, for the demonstration. */
record StandaloneDemo(Standalone standalone, CountDownLatch stopped) implements DemoServer {
    private static final Map<String, String> FREE_PORTS = Map.of(
            "grpc.port", "0",
            "jdbc.port", "0",
            "flink.ui-port", "0",
            "metrics.port", "off",
            "ingest.disk-free-min", "256MB");

    static DemoServer start(Path dataFolder) {
        ServerLogging.into(dataFolder);
        Standalone standalone = Standalone.start(dataFolder, Settings.of(FREE_PORTS), false);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            standalone.close();
                            stopped.countDown();
                        },
                        "stop"));
        return new StandaloneDemo(standalone, stopped);
    }

    @Override
    public String grpc() {
        return standalone.endpoints().grpc();
    }

    @Override
    public String jdbc() {
        return standalone.endpoints().jdbc();
    }

    @Override
    public Path adminKeyFile() {
        return standalone.adminKeyFile();
    }

    @Override
    public String started() {
        return String.format(
                Locale.ROOT,
                "Kafka, Flink, catalog and gateways in %s, after %.1f s",
                standalone.dataFolder(),
                standalone.seconds());
    }

    @Override
    public void announce(PrintWriter out) {
        Announcement.print(standalone, false, out);
    }

    @Override
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() {
        standalone.close();
    }
}
