package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.cli.FloeCli;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableMaintenance;
import dev.floe.client.TableState;
import dev.floe.client.Token;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Snapshots expire while the table is written, compacted and read, and nobody notices but who asks for them. */
@Tag("long")
class MaintenanceIT {
    private static final int KEYS = 200;
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final String DECLARATION = """
            table: state
            key: [id]
            buckets: 2
            columns:
              - {name: id, type: long, required: true}
              - {name: n, type: long}
            properties:
              compaction.runs-min: 2
              maintenance.manifests-max: 5
            """;

    @TempDir
    Path temp = Path.of("");

    private final SplittableRandom random = new SplittableRandom(6);
    private final Map<Long, Long> model = new TreeMap<>();
    private long next;

    @Test
    void snapshotsExpireUnderWritesCompactionAndReads() throws Exception {
        try (StandaloneProcess floe = StandaloneProcess.start(
                        temp.resolve("data"),
                        "--set",
                        "ingest.commit-interval=200ms",
                        "--set",
                        "maintenance.interval=1s",
                        "--set",
                        "maintenance.snapshot-age=1s",
                        "--set",
                        "maintenance.snapshots-min=2");
                FloeClient client = floe.client()) {
            client.catalog().createTable("", DECLARATION, false);
            write(client);
            Awaitility.await().atMost(WAIT_MAX).until(() -> state(client).snapshotId() != 0);
            long first = state(client).snapshotId();
            Instant firstAt = state(client).committedAt();
            int rounds = 0;
            while (rounds < 12 || expired(client) == 0) {
                assertThat(rows(client, new ReadAt.Containing(write(client)))).isEqualTo(model);
                assertThat(++rounds).as("rounds until a snapshot expires").isLessThan(200);
            }

            Awaitility.await()
                    .atMost(WAIT_MAX)
                    .untilAsserted(() -> assertThatThrownBy(() -> rows(client, new ReadAt.AtSnapshot(first)))
                            .isInstanceOfSatisfying(FloeException.class, e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_NOT_FOUND);
                                assertThat(e.getMessage()).contains("" + first);
                            }));
            assertThatThrownBy(() -> rows(client, new ReadAt.AtTime(firstAt)))
                    .as("not an empty table")
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_NOT_FOUND));
            assertThat(rows(client, new ReadAt.Latest())).isEqualTo(model);
            assertThat(jobs(floe)).contains("\"name\":\"ingest\"", "\"name\":\"maintenance\"");

            Path orphan = orphan();
            assertThat(floe(floe, "maintain", "state", "--dry-run")).contains("dry run: would remove", "1 orphans");
            assertThat(orphan).exists();
            assertThat(floe(floe, "maintain", "state", "--wait")).contains("1 orphans", "done");
            assertThat(orphan).doesNotExist();
            assertThat(floe(floe, "table", "describe", "state"))
                    .contains("last maintenance", "maintenance 2 asked for");

            assertThat(rows(client, new ReadAt.Containing(write(client)))).isEqualTo(model);
            assertThat(floe(floe, "status")).doesNotContain("is FAILED");
        }
    }

    /** A file such as a writer leaves that was killed four days ago. */
    private Path orphan() throws Exception {
        Path table;
        try (Stream<Path> tables = Files.list(temp.resolve("data/warehouse/default"))) {
            table = tables.findFirst().orElseThrow();
        }
        Path orphan = Files.createFile(table.resolve("data/b00000-1-1-lost.parquet"));
        Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(4))));
        return orphan;
    }

    private static long expired(FloeClient client) {
        TableMaintenance maintenance = client.catalog()
                .describeTable("", "state")
                .maintenance()
                .orElse(new TableMaintenance(Optional.empty(), Optional.empty()));
        maintenance.byItself().ifPresent(run -> assertThat(run.error()).isEmpty());
        return maintenance
                .byItself()
                .map(TableMaintenance.Run::snapshotsExpired)
                .orElse(0L);
    }

    private static TableState state(FloeClient client) {
        return client.catalog().describeTable("", "state").state().orElseThrow();
    }

    private Token write(FloeClient client) {
        Map<Long, Long> batch = new TreeMap<>();
        for (int i = 0; i < KEYS / 2; i++) {
            batch.put((long) random.nextInt(KEYS), next++);
        }
        List<Object[]> rows = new ArrayList<>();
        batch.forEach((id, n) -> rows.add(new Object[] {id, n}));
        model.putAll(batch);
        return client.write("state", Batch.of(List.of("id", "n"), rows), Operation.UPSERT)
                .token();
    }

    private static Map<Long, Long> rows(FloeClient client, ReadAt cut) {
        Map<Long, Long> found = new TreeMap<>();
        try (QueryRows rows = client.query(Query.of("SELECT id, n FROM state").at(cut))) {
            for (Row row : rows.all()) {
                assertThat(found.put((Long) row.value(0), (Long) row.value(1)))
                        .as("one row a key")
                        .isNull();
            }
        }
        return found;
    }

    private static String jobs(StandaloneProcess floe) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + floe.endpoint("flink-ui") + "/jobs/overview"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String floe(StandaloneProcess floe, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--endpoint", floe.endpoint("grpc"), "--key", floe.adminKey()));
        StringWriter out = new StringWriter();
        CommandLine commandLine = FloeCli.commandLine(Map.of());
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int exitCode = commandLine.execute(arguments.toArray(String[]::new));
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString();
    }
}
