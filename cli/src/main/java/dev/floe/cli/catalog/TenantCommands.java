package dev.floe.cli.catalog;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.format.CellText;
import dev.floe.cli.format.Listing;
import dev.floe.client.FloeClient;
import dev.floe.client.TenantInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands on tenants; for operators of the installation. */
@Command(
        name = "tenant",
        description = "Creates and lists tenants; for operators: admins of the tenant default.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class)
public final class TenantCommands {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean unusedHelp; // picocli acts on it

    @Command(name = "create", description = "Creates a tenant.")
    int create(
            @Parameters(paramLabel = "NAME", description = "The tenant's name.") String name,
            @Mixin OutputOption output,
            @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            TenantInfo tenant = client.catalog().createTenant(name);
            out().println(output.isJson() ? CellText.pretty(Json.tenant(tenant)) : "created tenant " + tenant.name());
        }
        return ExitCodes.DONE;
    }

    @Command(name = "list", description = "Lists the tenants.")
    int list(@Mixin OutputOption output, @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            List<TenantInfo> tenants = client.catalog().listTenants();
            if (output.isJson()) {
                out().println(CellText.pretty(Json.array(tenants, Json::tenant)));
                return ExitCodes.DONE;
            }
            Listing listing = Listing.of("tenant", "created");
            tenants.forEach(
                    tenant -> listing.row(tenant.name(), tenant.createdAt().toString()));
            listing.print(out());
        }
        return ExitCodes.DONE;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
