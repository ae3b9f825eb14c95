package dev.floe.standalone.demo;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sends the flight records with the Python client, in a process of its own. */
final class PythonSender {
    private static final List<String> INTERPRETERS = List.of("python3", "/usr/bin/python3");
    private static final long PROBE_SECONDS_MAX = 30;

    private final String interpreter;
    private final Path client;

    private PythonSender(String interpreter, Path client) {
        this.interpreter = interpreter;
        this.client = client;
    }

    /** A sender, or empty where no Python here has gRPC and protobuf. */
    static Optional<PythonSender> find(Path home) {
        Path client = home.resolve("clients/python");
        if (!Files.isDirectory(client.resolve("src/floe"))) {
            return Optional.empty();
        }
        return INTERPRETERS.stream()
                .filter(python -> succeeds(home, python, "-c", "import grpc, google.protobuf"))
                .findFirst()
                .filter(python -> succeeds(home, client.resolve("generate").toString()))
                .map(python -> new PythonSender(python, client));
    }

    /** Runs the example that reads CSV from its standard input; returns the last line it printed. */
    String send(Path csv, String target, Path keyFile, PrintWriter out) {
        ProcessBuilder builder = new ProcessBuilder(
                        interpreter,
                        client.resolve("examples/flights.py").toString(),
                        "--target",
                        target,
                        "--key-file",
                        keyFile.toString())
                .redirectInput(csv.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", client.resolve("src").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        try {
            Process process = builder.start();
            String last = "";
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    out.println("  python: " + line);
                    out.flush();
                    last = line;
                }
            }
            int exit = process.waitFor();
            if (exit != 0) {
                throw new FloeException(ErrorCode.DEFECT, "the Python sender ended with " + exit + ": " + last);
            }
            return last;
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DEFECT, "can't run " + interpreter, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while sending", e);
        }
    }

    private static boolean succeeds(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
