package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.cli.FloeCli;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableInfo;
import dev.floe.client.TableState;
import dev.floe.client.Token;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A full compaction by command: every bucket, also those nobody writes, while the rows stay what they were. */
@Tag("long")
class CompactIT {
    private static final int BUCKETS = 3;
    private static final int KEYS = 200;
    private static final String DECLARATION = """
            table: state
            key: [id]
            buckets: 3
            columns:
              - {name: id, type: long, required: true}
              - {name: n, type: long}
            properties:
              compaction.strategy: none
            """;

    @TempDir
    Path temp = Path.of("");

    private final SplittableRandom random = new SplittableRandom(6);
    private final Map<Long, Long> model = new TreeMap<>();
    private long next;

    private record Run(int exitCode, String out, String err) {}

    @Test
    void mergesEveryBucketOnceAndKeepsToAPauseOverRestarts() {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data, "--set", "ingest.commit-interval=300ms");
                FloeClient client = floe.client()) {
            client.catalog().createTable("", DECLARATION, false);
            for (int round = 0; round < 6; round++) {
                assertThat(rows(client, write(client))).isEqualTo(model);
            }
            assertThat(state(client).dataFiles()).isGreaterThan(BUCKETS);
            assertThat(state(client).deleteVectors()).isPositive();
            assertThat(compact(floe, "--pause").exitCode()).isZero();
        }
        // no bucket is open after a start
        try (StandaloneProcess floe = StandaloneProcess.start(data, "--set", "ingest.commit-interval=300ms");
                FloeClient client = floe.client()) {
            TableInfo paused = client.catalog().describeTable("", "state");
            assertThat(paused.compaction().orElseThrow().paused()).isTrue();
            Run refused = compact(floe);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("is paused", "--resume");
            assertThat(compact(floe, "--resume").out()).doesNotContain("PAUSED");

            Run done = compact(floe, "--wait");

            assertThat(done.err()).isEmpty();
            assertThat(done.exitCode()).isZero();
            assertThat(done.out()).contains("3 of 3 buckets");
            assertThat(state(client).dataFiles()).isEqualTo(BUCKETS);
            assertThat(state(client).deleteVectors()).isZero();
            assertThat(state(client).rowCount()).isEqualTo(model.size());
            assertThat(rows(client, write(client))).isEqualTo(model);
            assertThat(compact(floe, "--wait", "--format", "json").out())
                    .contains("\"request\" : 2", "\"last-error\" : \"\"");
            assertThat(rows(client, write(client))).isEqualTo(model);
        }
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

    private static Map<Long, Long> rows(FloeClient client, Token token) {
        Map<Long, Long> found = new TreeMap<>();
        try (QueryRows rows = client.query(Query.of("SELECT id, n FROM state").at(new ReadAt.Containing(token)))) {
            for (Row row : rows.all()) {
                assertThat(found.put((Long) row.value(0), (Long) row.value(1)))
                        .as("one row a key")
                        .isNull();
            }
        }
        return found;
    }

    private static Run compact(StandaloneProcess floe, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("compact", "state", "--endpoint", floe.endpoint("grpc"), "--key", floe.adminKey()));
        arguments.addAll(List.of(options));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = FloeCli.commandLine(Map.of());
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(arguments.toArray(String[]::new));
        command.getOut().flush();
        command.getErr().flush();
        return new Run(exitCode, out.toString(), err.toString());
    }
}
