package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P5: a read at latest sees each row that was acked before it, once, whatever the commits do meanwhile. */
class FreshReadsIT {
    private static final int ACCOUNTS = 40;
    private static final long BALANCE = 1_000;
    private static final int TRANSFERS = 400;

    @TempDir
    static Path temp = Path.of("");

    private static @Nullable StandaloneProcess started;

    @BeforeAll
    static void start() {
        started = StandaloneProcess.start(temp.resolve("data"));
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    private static FloeClient client() {
        return Objects.requireNonNull(started).client();
    }

    @Test
    void aReadSeesWhatWasJustAcked() {
        try (FloeClient client = client()) {
            List<Column> columns = List.of(Column.required("id", Primitive.LONG), Column.optional("n", Primitive.LONG));
            client.catalog().createTable("", TableSpec.append("lines", columns), false);
            client.catalog().createTable("", TableSpec.upsert("latest", columns, List.of("id")), false);
            long[] nanos = new long[TRANSFERS];
            for (long n = 0; n < TRANSFERS; n++) {
                client.write("lines", rows(n, n), Operation.APPEND);
                client.write("latest", rows(n % 7, n), Operation.UPSERT);
                long began = System.nanoTime();
                List<Row> found = all(client, "SELECT COUNT(*), MAX(n) FROM lines");
                nanos[(int) n] = System.nanoTime() - began;
                assertThat(found.get(0).value(0)).isEqualTo(n + 1);
                Optional<Row> row = client.get(
                                KeyLookup.of("latest", List.of("id"), List.<Object[]>of(new Object[] {n % 7})))
                        .get(0);
                assertThat(row.orElseThrow().value(1)).isEqualTo(n);
            }
            assertThat(all(client, "SELECT id, n FROM latest")).hasSize(7);
            client.write("latest", Batch.of(List.of("id"), List.<Object[]>of(new Object[] {3L})), Operation.DELETE);
            assertThat(all(client, "SELECT id FROM latest WHERE id = 3")).isEmpty();
            Arrays.sort(nanos);
            System.out.printf(
                    Locale.ROOT,
                    "query at latest after an ack: p50 %.1f ms, p99 %.1f ms%n",
                    nanos[TRANSFERS / 2] / 1e6,
                    nanos[TRANSFERS * 99 / 100] / 1e6);
        }
    }

    @Test
    void readsAreCountedForTheirTable() throws IOException, InterruptedException {
        try (FloeClient client = client()) {
            List<Column> columns = List.of(Column.required("id", Primitive.LONG), Column.optional("n", Primitive.LONG));
            client.catalog().createTable("", TableSpec.upsert("counted", columns, List.of("id")), false);
            client.write("counted", rows(1, 1), Operation.UPSERT);
            assertThat(all(client, "SELECT MAX(n) FROM counted")).hasSize(1);
            client.get(KeyLookup.of("counted", List.of("id"), List.<Object[]>of(new Object[] {1L})));
            String table = "table=\"counted\",tenant=\"default\"} ";
            assertThat(metrics())
                    .contains("floe_table_queries_total{" + table + "2.0")
                    .contains("floe_table_access_total{path=\"key\"," + table + "1.0")
                    .contains("floe_table_access_total{path=\"scan\"," + table + "1.0");
            client.catalog().dropTable("", "counted", false);
            assertThat(metrics()).doesNotContain("counted");
        }
    }

    private static String metrics() throws IOException, InterruptedException {
        URI uri = URI.create("http://" + Objects.requireNonNull(started).endpoint("metrics") + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void transfersKeepTheSumAtEveryCut() {
        try (FloeClient client = client()) {
            List<Column> columns =
                    List.of(Column.required("id", Primitive.LONG), Column.optional("balance", Primitive.LONG));
            // one bucket, so that a transfer is one entry of the log
            client.catalog()
                    .createTable(
                            "",
                            TableSpec.upsert("accounts", columns, List.of("id")).withBuckets(1),
                            false);
            long[] balances = new long[ACCOUNTS];
            Arrays.fill(balances, BALANCE);
            List<@Nullable Object[]> all = new ArrayList<>();
            for (long id = 0; id < ACCOUNTS; id++) {
                all.add(new Object[] {id, BALANCE});
            }
            client.write("accounts", Batch.of(List.of("id", "balance"), all), Operation.UPSERT);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> transfer(balances))
                    .whenComplete((nothing, failure) -> done.set(true));
            int reads = 0;
            while (!done.get()) {
                Row sum = all(client, "SELECT COUNT(*), COUNT(DISTINCT id), SUM(balance) FROM accounts")
                        .get(0);
                assertThat(List.of(
                                Objects.requireNonNull(sum.value(0)),
                                Objects.requireNonNull(sum.value(1)),
                                ((Number) Objects.requireNonNull(sum.value(2))).longValue()))
                        .as("read %d", reads)
                        .isEqualTo(List.of((long) ACCOUNTS, (long) ACCOUNTS, ACCOUNTS * BALANCE));
                reads++;
            }
            writer.join();
            assertThat(reads).isGreaterThan(10);
            for (Row row : all(client, "SELECT id, balance FROM accounts")) {
                long id = (Long) Objects.requireNonNull(row.value(0));
                assertThat(row.value(1)).isEqualTo(balances[(int) id]);
            }
        }
    }

    private static void transfer(long[] balances) {
        SplittableRandom random = new SplittableRandom(5);
        try (FloeClient client = client()) {
            for (int i = 0; i < TRANSFERS * 3; i++) {
                int from = random.nextInt(ACCOUNTS);
                int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                balances[from] -= 1;
                balances[to] += 1;
                List<@Nullable Object[]> rows =
                        List.of(new Object[] {(long) from, balances[from]}, new Object[] {(long) to, balances[to]});
                client.write("accounts", Batch.of(List.of("id", "balance"), rows), Operation.UPSERT);
            }
        }
    }

    @Test
    void committedReadsSeeSnapshotsOnly() {
        try (FloeClient client = client()) {
            List<Column> columns = List.of(Column.required("id", Primitive.LONG));
            client.catalog().createTable("", TableSpec.append("slow", columns), false);
            Ack ack = client.write(
                    "slow", Batch.of(List.of("id"), List.<Object[]>of(new Object[] {1L})), Operation.APPEND);
            try (QueryRows rows = client.query(Query.of("SELECT id FROM slow").at(new ReadAt.AtToken(ack.token())))) {
                assertThat(rows.all()).hasSize(1);
            }
            try (QueryRows rows =
                    client.query(Query.of("SELECT id FROM slow").at(new ReadAt.Containing(ack.token())))) {
                assertThat(rows.all()).hasSize(1);
                assertThat(rows.snapshots().get(0).tailRows()).isZero();
            }
            try (QueryRows rows = client.query(Query.of("SELECT id FROM slow").at(new ReadAt.Committed()))) {
                assertThat(rows.all()).hasSize(1);
            }
        }
    }

    private static Batch rows(long id, long n) {
        return Batch.of(List.of("id", "n"), List.<Object[]>of(new Object[] {id, n}));
    }

    private static List<Row> all(FloeClient client, String sql) {
        try (QueryRows rows = client.query(sql)) {
            return rows.all();
        }
    }
}
