package dev.floe.cli.catalog;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.InputText;
import dev.floe.cli.Printable;
import dev.floe.cli.Surroundings;
import dev.floe.cli.format.CellText;
import dev.floe.client.FloeClient;
import dev.floe.client.TableInfo;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands on tables. */
@Command(
        name = "table",
        description = "Creates, lists, describes, alters, resumes and drops tables.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HelpCommand.class, AlterCommand.class})
public final class TableCommands {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean unusedHelp; // picocli acts on it

    /** The declaration's file, as an option or a parameter. */
    static final class DeclarationFile {
        @Spec(Spec.Target.MIXEE)
        private @Nullable CommandSpec command;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "The declaration; - reads standard input.")
        private @Nullable String option;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "The same.")
        private @Nullable String parameter;

        String read(Connection connection) {
            String file = option == null ? parameter : option;
            if (file == null || (option != null && parameter != null)) {
                throw new ParameterException(
                        Objects.requireNonNull(command).commandLine(),
                        "name one file with the table's declaration, such as: floe table create -f events.yaml");
            }
            return InputText.read(connection.surroundings(), file);
        }
    }

    @Command(name = "create", description = "Creates a table from a YAML declaration (docs/tables.md).")
    int create(
            @Mixin DeclarationFile file,
            @Option(names = "--if-not-exists", description = "Leave a table of that name as it is.")
                    boolean ifNotExists,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        String yaml = file.read(connection);
        try (FloeClient client = connection.open()) {
            print(output, client.catalog().createTable(tenant.name(), yaml, ifNotExists), "table ");
        }
        return ExitCodes.DONE;
    }

    @Command(
            name = "apply",
            description = "Brings a table to a YAML declaration: creates it, or alters its columns by their names.")
    int apply(
            @Mixin DeclarationFile file,
            @Option(names = "--allow-drops", description = "Drop columns that the declaration lacks.")
                    boolean allowDrops,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        String yaml = file.read(connection);
        try (FloeClient client = connection.open()) {
            print(output, applied(client, tenant.name(), yaml, allowDrops), "table ");
        }
        return ExitCodes.DONE;
    }

    private static TableInfo applied(FloeClient client, String tenant, String yaml, boolean allowDrops) {
        try {
            return client.catalog().alterTable(tenant, yaml, allowDrops);
        } catch (FloeException e) {
            if (e.code() != ErrorCode.TABLE_NOT_FOUND) {
                throw e;
            }
            return client.catalog().createTable(tenant, yaml, false);
        }
    }

    @Command(name = "list", description = "Lists the tenant's tables.")
    int list(@Mixin OutputOption output, @Mixin TenantOption tenant, @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            List<TableInfo> tables = client.catalog().listTables(tenant.name());
            if (output.isJson()) {
                out().println(CellText.pretty(Json.array(tables, Json::table)));
            } else {
                TableText.list(tables, out());
            }
        }
        return ExitCodes.DONE;
    }

    @Command(name = "describe", description = "Shows a table's columns, and its state as of the newest snapshot.")
    int describe(
            @Parameters(paramLabel = "TABLE", description = "The table's name.") String table,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            print(output, client.catalog().describeTable(tenant.name(), table), "");
        }
        return ExitCodes.DONE;
    }

    @Command(
            name = "resume",
            description = {
                "Lets a suspended table be written again, from the log's entries that it lacks.",
                "The job starts anew for it: all tables pause for some seconds."
            })
    int resume(
            @Parameters(paramLabel = "TABLE", description = "The table's name.") String table,
            @Option(
                            names = "--accept",
                            paramLabel = "CODE",
                            defaultValue = "",
                            description = "Go on in spite of the error the table was suspended with, and accept the"
                                    + " loss it names: RETENTION_GAP, TOPIC_RESET, LOG_TRUNCATED or LOG_ENTRY_CORRUPT.")
                    String accept,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            print(output, client.catalog().resumeTable(tenant.name(), table, accept), "");
        }
        return ExitCodes.DONE;
    }

    @Command(name = "drop", description = "Drops a table with all its rows. Nothing brings them back.")
    int drop(
            @Parameters(paramLabel = "TABLE", description = "The table's name.") String table,
            @Option(names = "--if-exists", description = "Do nothing where there is no such table.") boolean ifExists,
            @Option(names = "--yes", description = "Do not ask; needed where no terminal is there to ask on.")
                    boolean yes,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        if (!yes && !confirmed(table, connection.surroundings())) {
            return ExitCodes.FAILED;
        }
        try (FloeClient client = connection.open()) {
            boolean dropped = client.catalog().dropTable(tenant.name(), table, ifExists);
            out().println(dropped ? "dropped " + table : "there was no table " + table);
        }
        return ExitCodes.DONE;
    }

    private boolean confirmed(String table, Surroundings surroundings) {
        if (!surroundings.terminal()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "table drop asks nobody here: add --yes to drop " + table);
        }
        out().print("Drop " + Printable.line(table) + " with all its rows? Type its name: ");
        out().flush();
        boolean confirmed = new Scanner(surroundings.in(), Charset.defaultCharset())
                .useDelimiter("\\R")
                .tokens()
                .findFirst()
                .map(String::strip)
                .orElse("")
                .equals(table);
        if (!confirmed) {
            out().println("not dropped");
        }
        return confirmed;
    }

    private void print(OutputOption output, TableInfo table, String before) {
        TableText.print(output, table, before, out());
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
