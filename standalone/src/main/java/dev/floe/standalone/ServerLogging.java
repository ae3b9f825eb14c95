package dev.floe.standalone;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;

/** Sends this process's log to files of the data folder. */
final class ServerLogging {
    private static final String CONFIGURATION = "log4j2-server.xml";

    private ServerLogging() {}

    static void into(Path dataFolder) {
        System.setProperty(
                "floe.log.folder",
                dataFolder.toAbsolutePath().normalize().resolve("logs").toString());
        ((LoggerContext) LogManager.getContext(false)).setConfigLocation(configuration());
    }

    private static URI configuration() {
        URL resource = Objects.requireNonNull(
                ServerLogging.class.getClassLoader().getResource(CONFIGURATION), "the build contains " + CONFIGURATION);
        try {
            return resource.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a resource's URL is a URI", e);
        }
    }
}
