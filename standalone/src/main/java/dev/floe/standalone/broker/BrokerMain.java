package dev.floe.standalone.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Main of the broker's process: a KRaft broker and controller in one.
 *
 * <p>Arguments: folder, broker port, controller port. It ends with its parent: when its standard input closes,
 * it stops. The folder is formatted beside its place and moved there, so that a kill never leaves half a format.
 */
public final class BrokerMain {
    private static final int NODE_ID = 1;

    private BrokerMain() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        format(folder);
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(properties(folder, args[1], args[2])), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        Thread parent = new Thread(BrokerMain::exitWithParent, "parent-watch");
        parent.setDaemon(true);
        parent.start();
        server.startup();
        server.awaitShutdown();
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever sent: only the end matters
            }
        } catch (IOException e) {
            // a broken pipe is an end too
        }
        System.exit(0);
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
        delete(fresh);
        Files.createDirectories(fresh);
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(fresh.toString())
                .addDirectory(fresh.toString())
                .run();
        delete(folder);
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    private static Properties properties(Path folder, String brokerPort, String controllerPort) {
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(NODE_ID));
        properties.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.setProperty(
                "listeners", "BROKER://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.setProperty("advertised.listeners", "BROKER://127.0.0.1:" + brokerPort);
        properties.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty("inter.broker.listener.name", "BROKER");
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("log.dirs", folder.toString());
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("offsets.topic.num.partitions", "1");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("transaction.state.log.num.partitions", "1");
        properties.setProperty("share.coordinator.state.topic.replication.factor", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        // after kill -9 the controller waits this long before it lets the broker register again
        properties.setProperty("broker.session.timeout.ms", "1500");
        properties.setProperty("broker.heartbeat.interval.ms", "300");
        properties.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20));
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "2");
        properties.setProperty("message.max.bytes", Integer.toString(64 << 20));
        // as large as the operating system makes them: an entry then moves in few turns
        properties.setProperty("socket.send.buffer.bytes", "-1");
        properties.setProperty("socket.receive.buffer.bytes", "-1");
        properties.setProperty("socket.request.max.bytes", Integer.toString(128 << 20));
        return properties;
    }
}
