package dev.floe.standalone.broker;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in a child JVM of the same class path, started again whenever it dies.
 *
 * <p>A broker whose disk is full halts its JVM, which must not be this one. The child ends with this process, also when
 * this process is killed. It listens on loopback only; the port stays the same over its restarts.
 */
public final class EmbeddedBroker implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final long READY_SECONDS_MAX = 180;
    private static final long STOP_SECONDS_MAX = 15;
    private static final long RESTART_PAUSE_MILLIS = 500;

    private final BrokerSettings settings;
    private @Nullable Process process;
    private int port;
    private int controllerPort;
    private volatile boolean stopping;
    private volatile boolean ready;

    public EmbeddedBroker(BrokerSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "log";
    }

    /** host:port for Kafka clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void start() {
        port = settings.port() == 0 ? freePort() : settings.port();
        controllerPort = freePort();
        launch();
        awaitReady();
        Thread watch = new Thread(this::restartWhenDead, "broker-watch");
        watch.setDaemon(true);
        watch.start();
    }

    @Override
    public Health health() {
        Process child = current();
        if (child == null || !child.isAlive()) {
            return Health.down("the broker is being started again");
        }
        return ready ? Health.OK : Health.down("the broker is starting");
    }

    @Override
    public void close() {
        stopping = true;
        Process child = current();
        if (child == null) {
            return;
        }
        child.destroy();
        try {
            if (!child.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                child.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            child.destroyForcibly();
        }
    }

    private synchronized @Nullable Process current() {
        return process;
    }

    private synchronized void launch() {
        ready = false;
        try {
            Files.createDirectories(settings.logFile().getParent());
            Files.createDirectories(settings.folder().toAbsolutePath().getParent());
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(settings.logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "can't start the broker: " + e.getMessage(), e);
        }
    }

    private List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (settings.heapBytes() >> 20) + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=4",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dlog4j2.configurationFile=log4j2-broker.xml",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                settings.folder().toAbsolutePath().toString(),
                Integer.toString(port),
                Integer.toString(controllerPort));
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG,
                50,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200);
        try (Admin admin = Admin.create(client)) {
            while (!stopping) {
                if (answers(admin)) {
                    ready = true;
                    return;
                }
                Process child = current();
                boolean dead = child == null || !child.isAlive();
                if (dead || System.nanoTime() > deadline) {
                    throw new FloeException(
                                    ErrorCode.LOG_UNAVAILABLE,
                                    dead ? "the broker ended while starting" : "the broker does not answer")
                            .advise("see " + settings.logFile());
                }
            }
        }
    }

    private static boolean answers(Admin admin) {
        try {
            return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while the broker starts", e);
        }
    }

    private void restartWhenDead() {
        while (!stopping) {
            try {
                Process child = current();
                int exit = child == null ? -1 : child.waitFor();
                if (stopping) {
                    return;
                }
                LOG.error("broker ended, starting it again: exit={}", exit);
                TimeUnit.MILLISECONDS.sleep(RESTART_PAUSE_MILLIS);
                launch();
                awaitReady();
                LOG.info("broker answers again");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (FloeException e) {
                LOG.error("broker did not come up: code={} {}", e.code(), e.message());
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new FloeException(ErrorCode.PORT_IN_USE, "no free port on loopback", e);
        }
    }
}
