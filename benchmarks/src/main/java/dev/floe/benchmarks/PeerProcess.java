package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a peer of the profile {@code peers} in a process of its own, on a class path of its own. */
final class PeerProcess {
    private final Path module;
    private final String mainClass;

    /** A peer whose module is the folder of that name beside this one. */
    PeerProcess(Path home, String module, String mainClass) {
        this.module = home.resolve("benchmarks").resolve(module);
        this.mainClass = mainClass;
    }

    boolean isBuilt() {
        return Files.exists(classPathFile());
    }

    /** Runs the peer to its end; returns what it printed, which the file has too. */
    String run(Path output, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx4g",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                module.resolve("target/classes") + ":"
                        + Files.readString(classPathFile()).trim(),
                mainClass));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private Path classPathFile() {
        return module.resolve("target/dependencies.classpath");
    }
}
