package dev.floe.cli;

import dev.floe.cli.catalog.CompactCommand;
import dev.floe.cli.catalog.KeyCommands;
import dev.floe.cli.catalog.MaintainCommand;
import dev.floe.cli.catalog.StatusCommand;
import dev.floe.cli.catalog.TableCommands;
import dev.floe.cli.catalog.TenantCommands;
import dev.floe.cli.ingest.IngestCommand;
import dev.floe.cli.sql.SqlCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The floe command: a client of a running Floe. */
@Command(
        name = "floe",
        description = "Stores streams of records as open tables, and reads them with SQL.",
        versionProvider = Version.class,
        subcommands = HelpCommand.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 server not reachable or key not accepted."
        })
public final class FloeCli {
    private final Surroundings surroundings;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    private boolean unusedVersion; // picocli acts on it

    @Mixin
    private Connection connection = new Connection();

    private FloeCli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command of this process, with more subcommands by name; each is an object that picocli understands. */
    public static CommandLine commandLine(Map<String, Object> extraSubcommands) {
        return commandLine(extraSubcommands, Surroundings.ofProcess());
    }

    /** The same in other surroundings. */
    public static CommandLine commandLine(Map<String, Object> extraSubcommands, Surroundings surroundings) {
        CommandLine floe = new CommandLine(new FloeCli(surroundings));
        extraSubcommands.forEach(floe::addSubcommand);
        return floe.addSubcommand(new TableCommands())
                .addSubcommand(new SqlCommand())
                .addSubcommand(new IngestCommand())
                .addSubcommand(new CompactCommand())
                .addSubcommand(new MaintainCommand())
                .addSubcommand(new KeyCommands())
                .addSubcommand(new TenantCommands())
                .addSubcommand(new StatusCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(surroundings.terminal())
                .setExecutionExceptionHandler(new Failures());
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Connection connection() {
        return connection;
    }
}
