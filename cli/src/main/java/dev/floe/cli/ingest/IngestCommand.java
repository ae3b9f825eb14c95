package dev.floe.cli.ingest;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.InputText;
import dev.floe.client.Column;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends the rows of a file to a table.
 *
 * <pre>
 *   file --&gt; RowSource --good--&gt; RowSender --batches--&gt; server
 *                \--bad--&gt; RowReports &lt;--refused rows--/
 * </pre>
 */
@Command(
        name = "ingest",
        description = {
            "Sends rows of JSON lines or CSV to a table; without FILE, or with -, from standard input.",
            "Bad rows are reported with their number and reason, the others are stored. Row numbers of JSON lines are"
                    + " line numbers; those of CSV count records after the heading.",
            "Fails where a row was refused. A run that broke off may have stored rows it did not count: sending all"
                    + " again is safe for upsert tables, and repeats rows in append tables."
        })
public final class IngestCommand implements Callable<Integer> {
    private static final int ROW_BYTES_MAX = 8 << 20;
    private static final int BATCH_ROWS_MAX = 100_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", defaultValue = "-", description = "The file. Default: -.")
    private String file = "-";

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table's name.")
    private String table = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = "jsonl, csv, or auto: by the file's name, else jsonl. Default: auto.")
    private InputFormat format = InputFormat.AUTO;

    @Option(names = "--no-header", description = "CSV has no heading: its fields are the table's columns in order.")
    private boolean noHeader;

    @Option(
            names = "--operation",
            paramLabel = "OPERATION",
            defaultValue = "default",
            description = "append, upsert, delete (by key), or default: what the table's mode says. Default: default.")
    private Operation operation = Operation.DEFAULT;

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Rows sent at once, up to 100000. Default: 5000.")
    private int batchRows;

    @Option(
            names = "--bad-rows-shown",
            paramLabel = "N",
            defaultValue = "20",
            description = "Bad rows reported one by one; the others are counted. Default: 20.")
    private int badRowsShown;

    @Option(names = "--no-progress", description = "Draw no progress on the terminal.")
    private boolean noProgress;

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws IOException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        if (batchRows < 1 || batchRows > BATCH_ROWS_MAX) {
            throw new ParameterException(command, "--batch-rows must be 1 to " + BATCH_ROWS_MAX + ", not " + batchRows);
        }
        if (badRowsShown < 0) {
            throw new ParameterException(command, "--bad-rows-shown must be 0 or more, not " + badRowsShown);
        }
        try (InputStream in = InputText.open(connection.surroundings(), file);
                FloeClient client = connection.open()) {
            List<Column> columns =
                    client.catalog().describeTable("", table).spec().columns();
            try (RowSource source = source(in, columns)) {
                return send(client, source, command);
            }
        }
    }

    private int send(FloeClient client, RowSource source, CommandLine command) throws IOException {
        PrintWriter err = command.getErr();
        RowReports reports = new RowReports(err, badRowsShown);
        Progress progress = new Progress(err, connection.surroundings().terminal() && !noProgress, System::nanoTime);
        long read = 0;
        try (TableWriter writer = client.writer(table)) {
            RowSender sender = new RowSender(writer, source.columns(), operation, batchRows, reports);
            try {
                for (SourceRow row = source.next(); row != null; row = source.next()) {
                    read++;
                    if (row instanceof SourceRow.Good good) {
                        sender.add(good);
                    } else if (row instanceof SourceRow.Bad bad) {
                        reports.refused(bad.number(), bad.why());
                    }
                    progress.update(read, sender.stored());
                }
                sender.finish();
            } finally {
                command.getOut().println(progress.end(new Counts(read, sender.stored(), reports.refused())));
                command.getOut().flush();
            }
        }
        return reports.refused() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private RowSource source(InputStream in, List<Column> columns) throws IOException {
        return switch (format.of(file)) {
            case AUTO, JSONL -> new JsonLines(in, columns, ROW_BYTES_MAX);
            case CSV -> {
                CsvRecords records = new CsvRecords(in, ROW_BYTES_MAX);
                yield noHeader ? CsvRows.withoutHeading(records, columns) : CsvRows.withHeading(records, columns);
            }
        };
    }
}
