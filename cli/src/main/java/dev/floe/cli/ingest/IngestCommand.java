package dev.floe.cli.ingest;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.InputText;
import dev.floe.cli.Surroundings;
import dev.floe.client.Column;
import dev.floe.client.FloeClient;
import dev.floe.client.MissingColumns;
import dev.floe.client.Operation;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
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
 *   file --&gt; BatchSource --batches--&gt; BatchSender --&gt; server
 *                \--bad rows--&gt; RowReports &lt;--refused--/
 * </pre>
 */
@Command(
        name = "ingest",
        description = {
            "Sends rows of JSON lines, CSV, Parquet or Arrow to a table; without FILE, or with -, from standard input.",
            "Bad rows are reported with their number and reason, the others are stored. Row numbers of JSON lines are"
                    + " line numbers; those of CSV count records after the heading.",
            "Where a table keeps the values of missing columns, a JSON line changes the fields that it has, no others;"
                    + " lines in a row with the same fields go together.",
            "Columns of Parquet and Arrow go by name and must have the type of the table's, or one that fits into it.",
            "Fails where a row was refused. A run that broke off may have stored rows it did not count: it says from"
                    + " which row to go on, which is safe for upsert tables and may repeat rows in append tables."
        })
public final class IngestCommand implements Callable<Integer> {
    private static final int ROW_BYTES_MAX = 8 << 20;
    private static final int BATCH_ROWS_MAX = 100_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", defaultValue = "-", description = "The file. Default: -.")
    private String file = "-";

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table's name.")
    private String tableName = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = "jsonl, csv, parquet, arrow (IPC file or stream), or auto: by the file's name, else jsonl."
                    + " Default: auto.")
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
            names = "--columns",
            paramLabel = "NAME",
            split = ",",
            description = "Columns of a Parquet or Arrow file to send; several with commas. Default: all.")
    private List<String> columns = List.of();

    @Option(
            names = "--from-row",
            paramLabel = "N",
            defaultValue = "1",
            description = "The input's row to begin with, as messages count them. Default: 1.")
    private long fromRow = 1;

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
        check(command);
        try (FloeClient client = connection.open()) {
            TableSpec table = client.catalog().describeTable("", tableName).spec();
            RowReports reports = new RowReports(command.getErr(), badRowsShown);
            Input input = input(table, reports);
            try (BatchSource source = input.source()) {
                return send(client, source, input.share(), reports, command);
            }
        }
    }

    /** What is read, and how far it is: from 0 to 1, negative where it is not known. */
    private record Input(BatchSource source, DoubleSupplier share) {}

    private void check(CommandLine command) {
        if (batchRows < 1 || batchRows > BATCH_ROWS_MAX) {
            throw new ParameterException(command, "--batch-rows must be 1 to " + BATCH_ROWS_MAX + ", not " + batchRows);
        }
        if (badRowsShown < 0) {
            throw new ParameterException(command, "--bad-rows-shown must be 0 or more, not " + badRowsShown);
        }
        if (fromRow < 1) {
            throw new ParameterException(command, "--from-row must be 1 or more, not " + fromRow);
        }
        if (!columns.isEmpty() && !format.of(file).isColumnar()) {
            throw new ParameterException(command, "--columns is for Parquet and Arrow only");
        }
    }

    private int send(
            FloeClient client, BatchSource source, DoubleSupplier share, RowReports reports, CommandLine command)
            throws IOException {
        PrintWriter err = command.getErr();
        Progress progress = new Progress(err, connection.surroundings().terminal() && !noProgress, System::nanoTime);
        try (TableWriter writer = client.writer(tableName)) {
            BatchSender sender = new BatchSender(writer, operation, reports);
            boolean done = false;
            try {
                for (SourceBatch batch = source.next(); batch != null; batch = source.next()) {
                    sender.send(batch);
                    progress.update(source.read(), share.getAsDouble(), sender.stored());
                }
                sender.finish();
                done = true;
            } finally {
                command.getOut().println(progress.end(new Counts(source.read(), sender.stored(), reports.refused())));
                command.getOut().flush();
                if (!done) {
                    err.println("broke off; all rows up to " + sender.settled() + " are answered for: --from-row "
                            + (sender.settled() + 1) + " goes on behind them");
                }
            }
        }
        return reports.refused() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private Input input(TableSpec table, RowReports reports) throws IOException {
        BatchLimits limits = new BatchLimits(batchRows, fromRow);
        Surroundings surroundings = connection.surroundings();
        InputFormat form = format.of(file);
        if (form == InputFormat.PARQUET) {
            Path path = InputText.seekable(surroundings, file, "Parquet");
            ParquetSource source = new ParquetSource(path, FileColumns.of(table.columns(), columns), limits, reports);
            return new Input(source, source::share);
        }
        CountedInput in = new CountedInput(InputText.open(surroundings, file));
        double size = file.equals("-") ? -1 : Files.size(surroundings.folder().resolve(file));
        BatchSource source = form == InputFormat.ARROW
                ? new ArrowSource(in, FileColumns.of(table.columns(), columns), limits)
                : new RowBatches(rows(form, in, table), limits, reports);
        return new Input(source, () -> in.bytes() / size);
    }

    private RowSource rows(InputFormat form, InputStream in, TableSpec table) throws IOException {
        if (form != InputFormat.CSV) {
            return new JsonLines(in, table.columns(), kept(table), ROW_BYTES_MAX);
        }
        CsvRecords records = new CsvRecords(in, ROW_BYTES_MAX);
        return noHeader
                ? CsvRows.withoutHeading(records, table.columns())
                : CsvRows.withHeading(records, table.columns());
    }

    /** The columns whose stored values stay where a row lacks them. */
    private static Set<String> kept(TableSpec table) {
        if (table.missing() != MissingColumns.KEEP) {
            return Set.of();
        }
        return table.columns().stream()
                .map(Column::name)
                .filter(name -> !table.key().contains(name) && !table.version().equals(name))
                .collect(Collectors.toSet());
    }
}
