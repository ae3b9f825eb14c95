package dev.floe.cli.sql;

import dev.floe.cli.ExitCodes;
import dev.floe.cli.Failures;
import dev.floe.cli.format.ResultFormat;
import dev.floe.client.FloeClient;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;

/** Reads statements from a terminal until its end; a failed statement does not end it. */
final class SqlShell {
    private static final String HELP = """
            A statement ends with a semicolon and may take several lines.
              \\format FORMAT   table, csv, tsv, jsonl or json
              \\help            this text
              \\quit            leave; so does Ctrl-D
            """;
    private static final String HISTORY_FILE = ".floe_history";

    private final FloeClient client;
    private final PrintWriter out;
    private final PrintWriter err;
    private ResultOutput output;

    SqlShell(FloeClient client, ResultOutput output, CommandLine command) {
        this.client = client;
        this.output = output;
        this.out = command.getOut();
        this.err = command.getErr();
    }

    int run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), HISTORY_FILE))
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            out.println("\\help lists the shell's own commands.");
            out.flush();
            String pending = "";
            while (true) {
                try {
                    String line = reader.readLine(pending.isEmpty() ? "floe> " : "    > ");
                    if (pending.isEmpty() && line.strip().startsWith("\\")) {
                        if (!own(line.strip())) {
                            return ExitCodes.DONE;
                        }
                        continue;
                    }
                    Statements statements = Statements.of(pending + line + "\n");
                    statements.complete().forEach(this::run);
                    pending = statements.rest();
                } catch (UserInterruptException e) {
                    pending = "";
                } catch (EndOfFileException e) {
                    return ExitCodes.DONE;
                }
            }
        }
    }

    private void run(String statement) {
        try {
            output.run(client, statement);
        } catch (FloeException e) {
            out.flush();
            err.print(Failures.text(e));
            err.flush();
        }
    }

    /** Runs one of the shell's own commands; false ends it. */
    boolean own(String command) {
        String[] words = command.split("\\s+", 2);
        switch (words[0]) {
            case "\\quit", "\\q" -> {
                return false;
            }
            case "\\format" -> format(words.length > 1 ? words[1] : "");
            case "\\help", "\\?" -> out.print(HELP);
            default -> out.println("no such command: " + words[0] + "; try \\help");
        }
        out.flush();
        return true;
    }

    private void format(String name) {
        try {
            output = output.as(ResultFormat.valueOf(name.strip().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            out.println("no such format: " + name + "; there are table, csv, tsv, jsonl and json");
        }
    }
}
