package dev.floe.cli.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.format.CellText;
import dev.floe.cli.format.Listing;
import dev.floe.client.FloeClient;
import dev.floe.client.ServerStatus;
import dev.floe.client.ServiceHealth;
import dev.floe.client.TableInfo;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows whether the server's services answer, and what its parts say of themselves. */
@Command(
        name = "status",
        description = {
            "Shows whether each service serves, who the key is, and the condition of the server's parts.",
            "Fails where a service does not serve, a part is unhealthy or a table is suspended."
                    + " Parts are shown to admins."
        })
public final class StatusCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (FloeClient client = connection.open()) {
            List<ServiceHealth> services = client.health();
            if (!output.isJson()) {
                services(services, out);
            }
            if (services.stream().allMatch(service -> service.state() == ServiceHealth.State.UNREACHABLE)) {
                throw new FloeException(
                                ErrorCode.SERVER_UNREACHABLE,
                                "nothing answers at " + connection.target() + ": "
                                        + services.get(0).detail())
                        .advise("check that the server runs and the address is right");
            }
            ServerStatus status = client.catalog().status();
            List<TableInfo> suspended = client.catalog().listTables("").stream()
                    .filter(table -> table.suspension().isPresent())
                    .toList();
            if (output.isJson()) {
                ObjectNode json = JsonNodeFactory.instance.objectNode();
                json.set("services", Json.array(services, Json::health));
                json.set("server", Json.server(status));
                json.set("suspended", Json.array(suspended, Json::table));
                out.println(CellText.pretty(json));
            } else {
                server(status, out);
                suspended(suspended, out);
            }
            boolean well = services.stream().allMatch(service -> service.state() == ServiceHealth.State.SERVING)
                    && status.components().stream().allMatch(ServerStatus.ComponentState::healthy);
            return well && suspended.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private static void services(List<ServiceHealth> services, PrintWriter out) {
        Listing listing = Listing.of("service", "endpoint", "state", "detail");
        for (ServiceHealth service : services) {
            listing.row(service.service(), service.endpoint(), Json.lower(service.state()), service.detail());
        }
        listing.print(out);
        out.println();
    }

    private static void server(ServerStatus status, PrintWriter out) {
        out.println("floe " + status.version() + ", up " + uptime(status.uptime()) + "; this key: tenant "
                + status.tenant() + ", " + String.join(", ", Json.roles(status.roles())));
        if (status.components().isEmpty()) {
            return;
        }
        out.println();
        Listing listing = Listing.of("part", "healthy", "detail");
        for (ServerStatus.ComponentState part : status.components()) {
            String[] details = part.detail().split("; ", -1);
            listing.row(part.name(), part.healthy() ? "yes" : "NO", details[0]);
            for (int i = 1; i < details.length; i++) {
                listing.row("", "", details[i]);
            }
        }
        listing.print(out);
    }

    private static void suspended(List<TableInfo> tables, PrintWriter out) {
        if (tables.isEmpty()) {
            return;
        }
        out.println();
        Listing listing = Listing.of("suspended table", "code", "since", "detail");
        for (TableInfo table : tables) {
            table.suspension()
                    .ifPresent(why -> listing.row(
                            table.spec().name(), why.code(), why.since().toString(), why.message()));
        }
        listing.print(out);
    }

    private static String uptime(Duration up) {
        return up.toDays() > 0
                ? up.toDays() + " d " + up.toHoursPart() + " h"
                : String.format(Locale.ROOT, "%d:%02d:%02d", up.toHours(), up.toMinutesPart(), up.toSecondsPart());
    }
}
