package dev.floe.cli.catalog;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.Printable;
import dev.floe.cli.format.CellText;
import dev.floe.client.CatalogClient;
import dev.floe.client.FloeClient;
import dev.floe.client.TableInfo;
import dev.floe.client.TableMaintenance;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for maintenance of a table. */
@Command(
        name = "maintain",
        description = {
            "Lets a table's old snapshots expire, removes files that nothing names, and merges its small manifests,"
                    + " while it is written and read.",
            "The same is done by itself every maintenance.interval; floe table describe shows the last time."
        })
public final class MaintainCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 500;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "TABLE", description = "The table's name.")
    private String table = "";

    @Option(names = "--dry-run", description = "Tell what would go, and change nothing; waits until it is counted.")
    private boolean dryRun;

    @Option(names = "--wait", description = "End when it is done.")
    private boolean wait;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private TenantOption tenant = new TenantOption();

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws InterruptedException {
        TableMaintenance.Run run;
        try (FloeClient client = connection.open()) {
            TableInfo begun = client.catalog().maintainTable(tenant.name(), table, dryRun);
            run = wait || dryRun ? awaited(client.catalog(), begun) : asked(begun);
        }
        print(run);
        return run.error().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private TableMaintenance.Run awaited(CatalogClient catalog, TableInfo begun) throws InterruptedException {
        boolean shown = connection.surroundings().terminal();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        long request = asked(begun).request();
        TableInfo now = begun;
        while (asked(now).endedAt().isEmpty()) {
            if (now.suspension().isPresent()) {
                throw new FloeException(
                                ErrorCode.TABLE_SUSPENDED,
                                "table " + table + " is suspended with "
                                        + now.suspension().get().code())
                        .advise("describe the table: it says what to do; it is maintained once it is resumed");
            }
            if (shown) {
                String step = asked(now).step().toLowerCase(Locale.ROOT);
                err.print(
                        "\r\033[K" + (step.isEmpty() ? "waits" : step + ": " + MaintenanceText.line(asked(now))) + " ");
                err.flush();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            now = catalog.describeTable(tenant.name(), table);
            requireSame(begun, now, request);
        }
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
        return asked(now);
    }

    private void requireSame(TableInfo begun, TableInfo now, long request) {
        if (!now.id().equals(begun.id()) || now.maintenance().isEmpty()) {
            throw new FloeException(ErrorCode.TABLE_NOT_FOUND, "table " + table + " was dropped and made again");
        }
        if (asked(now).request() != request) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "maintenance " + asked(now).request() + " of table " + table + " took the place of "
                                    + request + ", which was asked for here")
                    .advise("ask again");
        }
    }

    private static TableMaintenance.Run asked(TableInfo info) {
        return info.maintenance().flatMap(TableMaintenance::asked).orElseThrow();
    }

    private void print(TableMaintenance.Run run) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (output.isJson()) {
            out.println(CellText.pretty(Json.maintenance(run)));
            return;
        }
        MaintenanceText.print(Printable.line(table) + ": maintenance " + run.request() + " asked for", run, out);
    }
}
