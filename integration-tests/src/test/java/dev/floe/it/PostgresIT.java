package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.floe.catalog.postgres.PostgresServer;
import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standalone with its catalog on Postgres, by settings alone. */
class PostgresIT {
    private static Optional<PostgresServer> server = Optional.empty();

    @TempDir
    Path temp = Path.of("");

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
    }

    @AfterAll
    static void stop() {
        server.ifPresent(PostgresServer::close);
    }

    @Test
    void keepsWhatWasAckedOverKillsOfBoth() {
        PostgresServer postgres = server.orElseThrow();
        Path data = temp.resolve("data");
        String[] settings = {
            "--set", "catalog.jdbc-url=" + postgres.newDatabase(),
            "--set", "catalog.user=" + postgres.user(),
            "--set", "catalog.password=" + postgres.password().value()
        };
        try (StandaloneProcess floe = StandaloneProcess.start(data, settings)) {
            try (FloeClient client = floe.client()) {
                client.catalog()
                        .createTable(
                                "",
                                TableSpec.upsert(
                                        "state",
                                        List.of(
                                                Column.required("id", Primitive.LONG),
                                                Column.required("n", Primitive.LONG)),
                                        List.of("id")),
                                false);
                assertThat(visible(client, write(client, 0))).hasSize(100).allMatch(n -> n == 0);
            }
            postgres.kill();
            postgres.restart();
            try (FloeClient client = floe.client()) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(visible(client, write(client, 1)))
                                .hasSize(100)
                                .allMatch(n -> n == 1));
                write(client, 2);
            }
            floe.kill();
        }
        assertThat(Files.exists(data.resolve("catalog.db"))).isFalse();
        try (StandaloneProcess again = StandaloneProcess.start(data, settings);
                FloeClient client = again.client()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(numbers(client, Query.of("SELECT n FROM state")))
                            .hasSize(100)
                            .allMatch(n -> n == 2));
        }
    }

    private static Ack write(FloeClient client, long n) {
        List<Object[]> rows = new ArrayList<>();
        for (long id = 0; id < 100; id++) {
            rows.add(new Object[] {id, n});
        }
        return client.write("state", Batch.of(List.of("id", "n"), rows), Operation.UPSERT);
    }

    private static List<Long> visible(FloeClient client, Ack ack) {
        return numbers(client, Query.of("SELECT n FROM state").at(new ReadAt.AtToken(ack.token())));
    }

    private static List<Long> numbers(FloeClient client, Query query) {
        try (QueryRows rows = client.query(query)) {
            return rows.all().stream().map(row -> (Long) row.value(0)).toList();
        }
    }
}
