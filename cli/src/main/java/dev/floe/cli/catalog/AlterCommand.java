package dev.floe.cli.catalog;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.client.ColumnChange;
import dev.floe.client.FloeClient;
import dev.floe.client.TableIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes a table's columns and indexes, in the order of the options. */
@Command(
        name = "alter",
        description = {
            "Changes a table's columns and indexes while it is written and read: all of the changes or none.",
            "Each is made to the result of those before it. A field of a struct is named with dots: address.zip"
        })
final class AlterCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "TABLE", description = "The table's name.")
    private String table = "";

    @ArgGroup(exclusive = true, multiplicity = "1..*")
    private List<Change> changes = new ArrayList<>();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private TenantOption tenant = new TenantOption();

    @Mixin
    private Connection connection = new Connection();

    /** One option, which is one change. */
    static final class Change {
        @Option(
                names = "--add",
                required = true,
                paramLabel = "'COLUMN TYPE'",
                description = "Add an optional column, last; --move puts it elsewhere.")
        private @Nullable String add;

        @Option(names = "--drop", required = true, paramLabel = "COLUMN", description = "Drop a column.")
        private @Nullable String drop;

        @Option(names = "--rename", required = true, paramLabel = "COLUMN=NAME", description = "Rename a column.")
        private @Nullable String rename;

        @Option(
                names = "--widen",
                required = true,
                paramLabel = "COLUMN=TYPE",
                description = "Widen int to long, float to double, or a decimal to more digits.")
        private @Nullable String widen;

        @Option(names = "--optional", required = true, paramLabel = "COLUMN", description = "Let a column be absent.")
        private @Nullable String optional;

        @Option(
                names = "--move",
                required = true,
                paramLabel = "COLUMN:first|last|after:OTHER",
                description = "Put a column elsewhere.")
        private @Nullable String move;

        @Option(
                names = "--add-index",
                required = true,
                paramLabel = "NAME=COLUMN[,COLUMN]",
                description = "Add a secondary index: rows are found by = and IN on all of its columns.")
        private @Nullable String addIndex;

        @Option(names = "--drop-index", required = true, paramLabel = "NAME", description = "Drop a secondary index.")
        private @Nullable String dropIndex;

        ColumnChange read(CommandSpec command) {
            if (add != null) {
                return ColumnChanges.add(add, command);
            }
            if (rename != null) {
                String[] names = ColumnChanges.pair("--rename", rename, command);
                return new ColumnChange.Rename(names[0], names[1]);
            }
            if (widen != null) {
                String[] parts = ColumnChanges.pair("--widen", widen, command);
                return new ColumnChange.Widen(parts[0], parts[1]);
            }
            if (move != null) {
                return ColumnChanges.move(move, command);
            }
            if (addIndex != null) {
                String[] parts = ColumnChanges.pair("--add-index", addIndex, command);
                return new ColumnChange.AddIndex(new TableIndex(parts[0], ColumnChanges.list(parts[1])));
            }
            if (dropIndex != null) {
                return new ColumnChange.DropIndex(dropIndex);
            }
            return drop != null
                    ? new ColumnChange.Drop(drop)
                    : new ColumnChange.MakeOptional(Objects.requireNonNull(optional));
        }
    }

    /** The changes as the options spell them. */
    private static final class ColumnChanges {
        private static final String REQUIRED = " required";

        static ColumnChange add(String text, CommandSpec command) {
            String column = text.strip();
            int space = column.indexOf(' ');
            if (space < 0) {
                throw wrong("--add", text, "'COLUMN TYPE', such as: --add 'zip string'", command);
            }
            String type = column.substring(space).strip();
            boolean required = type.endsWith(REQUIRED);
            int dot = column.lastIndexOf('.', space);
            return new ColumnChange.Add(
                    new ColumnChange.Add.Column(
                            dot < 0 ? "" : column.substring(0, dot),
                            column.substring(dot + 1, space),
                            required ? type.substring(0, type.length() - REQUIRED.length()) : type,
                            required,
                            ""),
                    new ColumnChange.Place.Last());
        }

        static ColumnChange move(String text, CommandSpec command) {
            String[] parts = text.split(":", 3);
            String where = parts.length > 1 ? parts[1] : "";
            if (where.equals("after") && parts.length == 3) {
                return new ColumnChange.Move(parts[0], new ColumnChange.Place.After(parts[2]));
            }
            if (parts.length == 2 && where.equals("first")) {
                return new ColumnChange.Move(parts[0], new ColumnChange.Place.First());
            }
            if (parts.length == 2 && where.equals("last")) {
                return new ColumnChange.Move(parts[0], new ColumnChange.Place.Last());
            }
            throw wrong("--move", text, "COLUMN:first, COLUMN:last or COLUMN:after:OTHER", command);
        }

        static List<String> list(String text) {
            return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        }

        static String[] pair(String option, String text, CommandSpec command) {
            String[] parts = text.split("=", 2);
            if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw wrong(option, text, "two parts with = between them, such as: " + option + " a=b", command);
            }
            return new String[] {parts[0].strip(), parts[1].strip()};
        }

        private static ParameterException wrong(String option, String text, String wanted, CommandSpec command) {
            return new ParameterException(command.commandLine(), option + " '" + text + "' is not " + wanted);
        }
    }

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        List<ColumnChange> wanted =
                changes.stream().map(change -> change.read(command)).toList();
        try (FloeClient client = connection.open()) {
            TableText.print(
                    output,
                    client.catalog().alterTable(tenant.name(), table, wanted),
                    "table ",
                    command.commandLine().getOut());
        }
        return ExitCodes.DONE;
    }
}
