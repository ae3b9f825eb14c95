package dev.floe.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands in surroundings of its own. */
final class RunningCli {
    record Run(int exitCode, String out, String err) {}

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = new byte[0];
    private boolean terminal;

    RunningCli(Path folder) {
        this.folder = folder;
    }

    RunningCli with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** As if a person sat there. */
    RunningCli onTerminal() {
        terminal = true;
        return this;
    }

    RunningCli input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine floe = FloeCli.commandLine(
                Map.of(), new Surroundings(new ByteArrayInputStream(input), environment, folder, terminal));
        floe.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = floe.execute(arguments);
        floe.getOut().flush();
        floe.getErr().flush();
        return new Run(exitCode, out.toString(), err.toString());
    }
}
