package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.BucketCompaction;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.cli.RunningCli.Run;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.storage.compact.CompactionFigures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a catalog whose job is played by the test. */
class CompactCommandTest {
    @TempDir
    Path folder;

    private CatalogServer server;
    private RunningCli admin;
    private TableDefinition table;

    @BeforeEach
    void start() throws Exception {
        server = new CatalogServer(folder.resolve("server"));
        admin = as(server.key("default", Role.ADMIN));
        admin.input("{table: routes, buckets: 2, columns: [{name: n, type: long}]}")
                .run("table", "create", "-");
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
    void waitsUntilEveryBucketIsDoneAndDrawsHowFarItIs() throws Exception {
        CompletableFuture<Run> waiting =
                CompletableFuture.supplyAsync(() -> admin.onTerminal().run("compact", "routes", "--wait"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> !server.catalog().compactions().orders().isEmpty());
        report(0);
        assertThat(waiting).isNotDone();
        report(1);

        Run run = waiting.get();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("compaction 1 of", "2 of 2 buckets, 20 rows to 14", ", done ");
        assertThat(run.err()).contains("of 2 buckets").endsWith("\033[K");
        assertThat(admin.run("table", "describe", "routes").out()).contains("2 of 2 buckets");
    }

    @Test
    void endsWithTheErrorOfAMergeThatCannotReadItsFiles() {
        admin.run("compact", "routes");
        failed(0, "STORAGE_UNAVAILABLE: the disk is full");
        failed(1, "DATA_UNREADABLE: can't read the data file b00001-x.parquet");

        Run run = admin.run("compact", "routes", "--wait");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("DATA_UNREADABLE", "b00001-x.parquet");
    }

    @Test
    void saysOnceThatAMergeIsTriedAgainAndWaitsOn() throws Exception {
        admin.run("compact", "routes");
        failed(0, "STORAGE_UNAVAILABLE: the disk is full");
        CompletableFuture<Run> waiting = CompletableFuture.supplyAsync(() -> admin.run("compact", "routes", "--wait"));
        Awaitility.await().during(Duration.ofSeconds(1)).until(() -> !waiting.isDone());
        report(0);
        report(1);

        assertThat(waiting.get().exitCode()).isZero();
        assertThat(waiting.get().err())
                .containsOnlyOnce("a merge failed and is tried again: STORAGE_UNAVAILABLE: the disk is full");
    }

    private void failed(int bucket, String error) {
        server.catalog()
                .compactions()
                .report(table.id(), new BucketCompaction(bucket, 1, false, CompactionFigures.NONE, error));
    }

    @Test
    void tellsHowFarItIsAsJson() throws Exception {
        Run begun = admin.run("compact", "routes", "--format", "json");

        assertThat(begun.err()).isEmpty();
        assertThat(new JsonMapper().readTree(begun.out()).at("/running").booleanValue())
                .isTrue();
        report(0);
        assertThat(new JsonMapper()
                        .readTree(admin.run("table", "describe", "routes", "--format", "json")
                                .out())
                        .at("/compaction/buckets-done")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void pausesAndResumes() {
        assertThat(admin.run("compact", "routes", "--pause").out()).contains("PAUSED");
        assertThat(admin.run("table", "describe", "routes").out()).contains("PAUSED");
        Run refused = admin.run("compact", "routes");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("INVALID_ARGUMENT", "--resume");

        assertThat(admin.run("compact", "routes", "--resume").exitCode()).isZero();

        assertThat(admin.run("table", "describe", "routes").out()).doesNotContain("PAUSED");
        assertThat(server.catalog().audit().newest(TenantName.DEFAULT, 10))
                .extracting(entry -> entry.action())
                .contains("pause-compaction", "resume-compaction");
    }

    @Test
    void refusesATableThatIsSuspendedAndWhatIsAskedTwice() {
        server.catalog().suspensions().suspend(table.id(), 0, new FloeException(ErrorCode.RETENTION_GAP, "gone"));

        assertThat(admin.run("compact", "routes").err()).contains("INVALID_ARGUMENT", "RETENTION_GAP");
        assertThat(admin.run("compact", "routes", "--pause", "--wait").exitCode())
                .isEqualTo(2);
        assertThat(admin.run("compact", "nothing").err()).contains("TABLE_NOT_FOUND");
    }

    private void report(int bucket) {
        CompactionFigures figures = new CompactionFigures(10, 7, 1_000, 800, 5);
        server.catalog().compactions().report(table.id(), new BucketCompaction(bucket, 1, true, figures, ""));
    }

    private RunningCli as(String key) {
        return new RunningCli(folder).with("FLOE_ENDPOINT", server.endpoint()).with("FLOE_API_KEY", key);
    }
}
