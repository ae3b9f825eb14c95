package dev.floe.it.chaos;

import dev.floe.it.StandaloneProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A standalone and a second gateway on the same log and catalog, at ports that stay the same over their lives.
 *
 * <pre>
 *   folder/data      the standalone's
 *   folder/gateway   the gateway's
 *   folder/orders    the fault that the standalone is to have, folder/gateway-orders the gateway's
 * </pre>
 */
final class Installation implements AutoCloseable {
    private static final long START_SECONDS_MAX = 240;
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path folder;
    private final int grpcPort = freePort();
    private final int gatewayPort = freePort();
    private final int brokerPort = freePort();
    private @Nullable StandaloneProcess standalone;
    private @Nullable StandaloneProcess gateway;

    Installation(Path folder) {
        this.folder = folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    Path checkpoints() {
        return data().resolve("checkpoints");
    }

    String brokers() {
        return "127.0.0.1:" + brokerPort;
    }

    StandaloneProcess standalone() {
        return Objects.requireNonNull(standalone);
    }

    StandaloneProcess gateway() {
        return Objects.requireNonNull(gateway);
    }

    Gateways gateways() {
        return new Gateways(
                List.of("127.0.0.1:" + grpcPort, "127.0.0.1:" + gatewayPort),
                standalone().adminKey());
    }

    void startStandalone() {
        deleteOrders();
        standalone = StandaloneProcess.launch(
                data(), Map.of("floe.fault.orders", orders("orders").toString()), settings());
        if (!standalone.serves(START_SECONDS_MAX)) {
            throw new IllegalStateException("the standalone does not come up:\n" + standalone.log());
        }
    }

    void startGateway() {
        deleteOrders();
        gateway = StandaloneProcess.launchGateway(
                folder.resolve("gateway"),
                Map.of("floe.fault.orders", orders("gateway-orders").toString()),
                set(
                        "grpc.port=" + gatewayPort,
                        "log.bootstrap-servers=" + brokers(),
                        "catalog.jdbc-url=jdbc:sqlite:" + data().resolve("catalog.db"),
                        "catalog.warehouse=" + data().resolve("warehouse")));
        if (!gateway.serves(START_SECONDS_MAX)) {
            throw new IllegalStateException("the gateway does not come up:\n" + gateway.log());
        }
    }

    /** A second standalone on the first one's log, catalog and files, as an operator's mistake would start it. */
    StandaloneProcess startRival(Path rivalData) {
        List<String> arguments = set(
                "log.bootstrap-servers=" + brokers(),
                "catalog.jdbc-url=jdbc:sqlite:" + data().resolve("catalog.db"),
                "catalog.warehouse=" + data().resolve("warehouse"),
                "ingest.commit-interval=300ms");
        return StandaloneProcess.launch(rivalData, Map.of(), arguments.toArray(String[]::new));
    }

    /** kill -9 of the standalone with its broker. */
    void killStandalone() {
        standalone().kill();
    }

    void killGateway() {
        gateway().kill();
    }

    /** Orders a fault of the standalone; see {@link dev.floe.core.fault.FaultPoint}. */
    void order(String order) {
        write("orders", order);
    }

    void orderOfGateway(String order) {
        write("gateway-orders", order);
    }

    /** Waits until the order of the standalone came to be; false where it did not in time. */
    boolean isDone(Duration limit) {
        return within(limit, () -> Files.exists(Path.of(orders("orders") + ".done")));
    }

    static boolean within(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.kill();
        }
        if (standalone != null) {
            standalone.kill();
        }
    }

    private String[] settings() {
        return set("grpc.port=" + grpcPort, "broker.port=" + brokerPort, "ingest.commit-interval=300ms")
                .toArray(String[]::new);
    }

    private static List<String> set(String... settings) {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return arguments;
    }

    private Path orders(String name) {
        return folder.resolve(name);
    }

    private void write(String name, String order) {
        try {
            Files.deleteIfExists(orders(name + ".done"));
            Path fresh = orders(name + ".new");
            Files.writeString(fresh, order);
            Files.move(fresh, orders(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteOrders() {
        try {
            for (String name : List.of("orders", "orders.done", "gateway-orders", "gateway-orders.done")) {
                Files.deleteIfExists(orders(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
