package dev.floe.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command finds around it; passed in so that tests have their own.
 *
 * <p>{@code terminal} says whether a person sits at both ends: progress is drawn and questions are asked only then.
 */
public record Surroundings(InputStream in, Map<String, String> environment, Path folder, boolean terminal) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    // null without a terminal holds on the JDK 17 that Floe runs on
    @SuppressWarnings("SystemConsoleNull")
    static Surroundings ofProcess() {
        return new Surroundings(System.in, System.getenv(), Path.of(""), System.console() != null);
    }
}
