package dev.floe.cli.catalog;

import dev.floe.cli.Connection;
import dev.floe.cli.ExitCodes;
import dev.floe.cli.Printable;
import dev.floe.cli.format.CellText;
import dev.floe.client.CatalogClient;
import dev.floe.client.FloeClient;
import dev.floe.client.TableCompaction;
import dev.floe.client.TableInfo;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for a full compaction of a table, or pauses and resumes its compaction. */
@Command(
        name = "compact",
        description = {
            "Merges a table's small files and rewrites those with dead rows, while it is written and read.",
            "Every bucket is merged once, closed ones too; floe table describe shows how far it is."
        })
public final class CompactCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 500;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "TABLE", description = "The table's name.")
    private String table = "";

    @ArgGroup
    private @Nullable What what;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private TenantOption tenant = new TenantOption();

    @Mixin
    private Connection connection = new Connection();

    /** One of the three, or none. */
    static final class What {
        @Option(names = "--wait", description = "End when the merges of every bucket are committed.")
        private boolean wait;

        @Option(names = "--pause", description = "Begin no merges of the table until --resume, also on its own.")
        private boolean pause;

        @Option(names = "--resume", description = "Begin merges again.")
        private boolean resume;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (FloeClient client = connection.open()) {
            print(asked(client.catalog()));
        }
        return ExitCodes.DONE;
    }

    private TableInfo asked(CatalogClient catalog) throws InterruptedException {
        if (what != null && (what.pause || what.resume)) {
            return catalog.pauseCompaction(tenant.name(), table, what.pause);
        }
        TableInfo begun = catalog.compactTable(tenant.name(), table);
        return what != null && what.wait ? awaited(catalog, begun) : begun;
    }

    private TableInfo awaited(CatalogClient catalog, TableInfo begun) throws InterruptedException {
        boolean shown = connection.surroundings().terminal();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        long request = full(begun).request();
        TableInfo now = begun;
        String said = "";
        while (full(now).request() == request && full(now).doneAt().isEmpty()) {
            if (now.suspension().isPresent()) {
                throw new FloeException(
                                ErrorCode.TABLE_SUSPENDED,
                                "table " + table + " is suspended with "
                                        + now.suspension().get().code())
                        .advise("describe the table: it says what to do; the compaction goes on once it is resumed");
            }
            String error = full(now).lastError();
            if (error.startsWith(ErrorCode.DATA_UNREADABLE.name())) {
                throw new FloeException(ErrorCode.DATA_UNREADABLE, "a merge of table " + table + " failed: " + error)
                        .advise("bring the file back from a backup: the merge is tried again until then");
            }
            if (!error.isEmpty() && !error.equals(said)) {
                err.println((shown ? "\r\033[K" : "") + "a merge failed and is tried again: " + Printable.line(error));
                said = error;
            }
            if (shown) {
                boolean paused = now.compaction().map(TableCompaction::paused).orElse(false);
                err.print("\r\033[K" + CompactionText.line(full(now)) + (paused ? ", paused " : " "));
                err.flush();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            now = catalog.describeTable(tenant.name(), table);
            requireSame(begun, now);
        }
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
        return now;
    }

    private void requireSame(TableInfo begun, TableInfo now) {
        if (!now.id().equals(begun.id()) || now.compaction().isEmpty()) {
            throw new FloeException(ErrorCode.TABLE_NOT_FOUND, "table " + table + " was dropped and made again");
        }
    }

    private static TableCompaction.Full full(TableInfo info) {
        return info.compaction().flatMap(TableCompaction::newest).orElseThrow();
    }

    private void print(TableInfo info) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (output.isJson()) {
            out.println(CellText.pretty(
                    Json.compaction(info.compaction().orElse(new TableCompaction(false, Optional.empty())))));
            return;
        }
        out.print(Printable.line(table));
        info.compaction()
                .ifPresentOrElse(
                        compaction -> CompactionText.print(compaction, out), () -> out.println(": compaction runs"));
    }
}
