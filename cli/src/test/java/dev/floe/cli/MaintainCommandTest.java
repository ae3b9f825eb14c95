package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.cli.RunningCli.Run;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.storage.maintain.MaintenanceFigures;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a catalog whose job is played by the test. */
class MaintainCommandTest {
    private static final MaintenanceFigures FIGURES = new MaintenanceFigures(12, 51, 30, 2, 4_096, 0);

    @TempDir
    Path folder;

    private CatalogServer server;
    private RunningCli admin;
    private TableDefinition table;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder.resolve("server"));
        String key = server.key("default", Role.ADMIN);
        admin = new RunningCli(folder).with("FLOE_ENDPOINT", server.endpoint()).with("FLOE_API_KEY", key);
        admin.input("{table: routes, columns: [{name: n, type: long}]}").run("table", "create", "-");
        table = server.catalog()
                .tables()
                .find(TableName.of("default", "routes"))
                .orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void waitsUntilItIsDoneAndShowsHowFarItIs() throws Exception {
        CompletableFuture<Run> waiting =
                CompletableFuture.supplyAsync(() -> admin.onTerminal().run("maintain", "routes", "--wait"));
        awaitRequest(1, false);
        report(1, false, Optional.empty(), "");
        assertThat(waiting).isNotDone();
        report(1, false, Optional.of(Instant.now()), "");

        Run run = waiting.get();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("12 snapshots with 30 files, 2 orphans", "51 manifests rewritten", ", done ");
        assertThat(run.err()).endsWith("\033[K");
        assertThat(admin.run("table", "describe", "routes").out()).contains("maintenance 1 asked for", "2 orphans");
        assertThat(server.catalog().audit().newest(TenantName.DEFAULT, 1))
                .allMatch(entry -> entry.action().equals("maintain-table"));
    }

    @Test
    void aDryRunWaitsAndTellsWhatWouldGo() throws Exception {
        CompletableFuture<Run> waiting =
                CompletableFuture.supplyAsync(() -> admin.run("maintain", "routes", "--dry-run", "--format", "json"));
        awaitRequest(1, true);
        report(1, true, Optional.of(Instant.now()), "");

        Run run = waiting.get();
        assertThat(new JsonMapper().readTree(run.out()).at("/files-removed").intValue())
                .isEqualTo(30);
        assertThat(new JsonMapper().readTree(run.out()).at("/dry-run").booleanValue())
                .isTrue();
        assertThat(server.catalog().audit().newest(TenantName.DEFAULT, 10))
                .noneMatch(entry -> entry.action().equals("maintain-table"));
    }

    @Test
    void whatFailedIsToldAndFailsTheCommand() throws Exception {
        CompletableFuture<Run> waiting = CompletableFuture.supplyAsync(() -> admin.run("maintain", "routes", "--wait"));
        awaitRequest(1, false);
        report(1, false, Optional.of(Instant.now()), "UNSUPPORTED: the disk is away");

        assertThat(waiting.get().exitCode()).isEqualTo(1);
        assertThat(waiting.get().out()).contains("the disk is away");
    }

    @Test
    void refusesATableThatIsSuspendedOrNotThere() {
        server.catalog().suspensions().suspend(table.id(), 0, new FloeException(ErrorCode.RETENTION_GAP, "gone"));

        assertThat(admin.run("maintain", "routes").err()).contains("INVALID_ARGUMENT", "RETENTION_GAP");
        assertThat(admin.run("maintain", "nothing").err()).contains("TABLE_NOT_FOUND");
    }

    private void awaitRequest(long request, boolean dry) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.catalog().maintenance().orders().stream()
                        .anyMatch(order -> order.request() == request && order.dry() == dry));
    }

    private void report(long request, boolean dry, Optional<Instant> end, String error) {
        MaintenanceRun run = new MaintenanceRun(
                request, dry, Instant.now(), end, end.isPresent() ? "DONE" : "SNAPSHOTS", FIGURES, error);
        server.catalog().maintenance().report(table.id(), run, false);
    }
}
