package dev.floe.cli.sql;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.InputText;
import dev.floe.cli.format.ResultFormat;
import dev.floe.client.FloeClient;
import dev.floe.client.ReadAt;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs SQL statements, or a shell for them. */
@Command(
        name = "sql",
        description = {
            "Runs SQL statements and prints their rows as they come.",
            "Without a statement it opens a shell on a terminal, and reads standard input elsewhere."
        })
public final class SqlCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "SQL", description = "Statements, separated by semicolons.")
    private @Nullable String text;

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "SQL",
            description = "The same.")
    private @Nullable String execute;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A file of statements; - is standard input.")
    private @Nullable String file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv, tsv, jsonl (an object a line) or json (one array). Default: table.")
    private ResultFormat format = ResultFormat.TABLE;

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop each statement after N rows; 0 prints all. Default: 0.")
    private long maxRows;

    @Option(
            names = "--read-at",
            paramLabel = "CUT",
            converter = CutText.class,
            defaultValue = "latest",
            description = {
                "What statements see: latest (every row acked before), committed (the newest snapshot),",
                "a snapshot's id, or a time such as 2026-01-31T12:00:00Z. Default: latest."
            })
    private ReadAt readAt = new ReadAt.Latest();

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws Exception {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        if (Stream.of(text, execute, file).filter(Objects::nonNull).count() > 1) {
            throw new ParameterException(command, "give statements in one way only: as SQL, with -e or with -f");
        }
        if (maxRows < 0) {
            throw new ParameterException(command, "--max-rows must be 0 or more, not " + maxRows);
        }
        PrintWriter notes = format == ResultFormat.TABLE ? command.getOut() : command.getErr();
        ResultOutput output =
                new ResultOutput(command.getOut(), notes, format, maxRows, System::nanoTime).reading(readAt);
        try (FloeClient client = connection.open()) {
            String given = text == null ? execute : text;
            if (given == null && file == null && connection.surroundings().terminal()) {
                return new SqlShell(client, output, command).run();
            }
            String sql = given == null ? InputText.read(connection.surroundings(), file == null ? "-" : file) : given;
            for (String statement : Statements.of(sql).all()) {
                output.run(client, statement);
            }
        }
        return ExitCodes.DONE;
    }
}
