package dev.floe.cli.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.format.CellText;
import dev.floe.cli.format.Listing;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyInfo;
import dev.floe.client.NewKey;
import dev.floe.client.Role;
import java.io.PrintWriter;
import java.util.EnumSet;
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

/** Commands on API keys. */
@Command(
        name = "key",
        description = "Creates, lists and revokes API keys.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class)
public final class KeyCommands {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean unusedHelp; // picocli acts on it

    @Command(
            name = "create",
            description = {
                "Creates a key and prints it. It can't be shown again.",
                "The key is all that goes to standard output, so that a script can keep it."
            })
    int create(
            @Option(
                            names = "--role",
                            required = true,
                            split = ",",
                            paramLabel = "ROLE",
                            description = "What the key may do: reader, writer or admin; several with commas.")
                    List<Role> roles,
            @Option(names = "--label", defaultValue = "", paramLabel = "TEXT", description = "What the key is for.")
                    String label,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            NewKey made = client.catalog().createKey(tenant.name(), EnumSet.copyOf(roles), label);
            if (output.isJson()) {
                ObjectNode json =
                        Json.key(made.key()).put("secret", made.whole().value());
                out().println(CellText.pretty(json));
            } else {
                KeyInfo key = made.key();
                err().println("key " + key.id() + " of tenant " + key.tenant() + ", "
                        + String.join(", ", Json.roles(key.roles())) + "; keep it: it can't be shown again");
                err().flush();
                out().println(made.whole().value());
            }
        }
        return ExitCodes.DONE;
    }

    @Command(name = "list", description = "Lists the tenant's keys, without their secrets.")
    int list(@Mixin OutputOption output, @Mixin TenantOption tenant, @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            List<KeyInfo> keys = client.catalog().listKeys(tenant.name());
            if (output.isJson()) {
                out().println(CellText.pretty(Json.array(keys, Json::key)));
                return ExitCodes.DONE;
            }
            Listing listing = Listing.of("id", "roles", "label", "created", "revoked");
            for (KeyInfo key : keys) {
                listing.row(
                        key.id(),
                        String.join(", ", Json.roles(key.roles())),
                        key.label(),
                        key.createdAt().toString(),
                        key.revokedAt().map(Object::toString).orElse(""));
            }
            listing.print(out());
        }
        return ExitCodes.DONE;
    }

    @Command(name = "revoke", description = "Revokes a key; it stops working within seconds.")
    int revoke(
            @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.") String id,
            @Mixin OutputOption output,
            @Mixin TenantOption tenant,
            @Mixin Connection connection) {
        try (FloeClient client = connection.open()) {
            KeyInfo key = client.catalog().revokeKey(tenant.name(), id);
            out().println(output.isJson() ? CellText.pretty(Json.key(key)) : "revoked " + key.id());
        }
        return ExitCodes.DONE;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
