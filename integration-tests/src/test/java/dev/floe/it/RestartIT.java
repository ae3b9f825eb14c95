package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.ServiceHealth;
import dev.floe.client.TableSpec;
import dev.floe.client.Token;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and stops of standalone: what is refused at the start, what a stop keeps, what a half-made folder becomes. */
class RestartIT {
    private static final int EARLY_KILLS = 4;
    private static final int EARLY_KILL_MILLIS_MAX = 9_000;

    @TempDir
    Path temp = Path.of("");

    /** F56: SIGTERM in mid-ingest. */
    @Test
    void aStopUnderLoadKeepsWhatItAcked() throws Exception {
        Path data = temp.resolve("data");
        AtomicLong acked = new AtomicLong();
        try (StandaloneProcess first = StandaloneProcess.start(data)) {
            try (FloeClient client = first.client()) {
                client.catalog()
                        .createTable(
                                "", TableSpec.append("events", List.of(Column.required("n", Primitive.LONG))), false);
            }
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(first, acked));
            while (acked.get() < 20 && !sender.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(first.terminate()).as("ends by itself").isTrue();
            sender.join();
            assertThat(Files.exists(data.resolve("endpoints.yaml"))).isFalse();
            assertThat(first.log()).doesNotContain("Exception");
        }
        long began = System.nanoTime();
        try (StandaloneProcess again = StandaloneProcess.start(data);
                FloeClient client = again.client()) {
            System.out.printf(Locale.ROOT, "second start: serving after %.1f s%n", (System.nanoTime() - began) / 1e9);
            Ack mark = client.write(
                    "events", Batch.of(List.of("n"), List.<Object[]>of(new Object[] {-1L})), Operation.APPEND);
            try (QueryRows rows =
                    client.query(Query.of("SELECT n FROM events WHERE n >= 0").at(new ReadAt.AtToken(mark.token())))) {
                List<Long> found =
                        rows.all().stream().map(row -> (Long) row.value(0)).toList();
                assertThat(found).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo((int) acked.get());
                for (long n = 0; n < acked.get(); n++) {
                    assertThat(found).contains(n);
                }
            }
        }
    }

    /** One row a call, numbered; ends when the server refuses or is gone. */
    private static void send(StandaloneProcess floe, AtomicLong acked) {
        try (FloeClient client = floe.client()) {
            while (true) {
                client.write(
                        "events",
                        Batch.of(List.of("n"), List.<Object[]>of(new Object[] {acked.get()})),
                        Operation.APPEND);
                acked.incrementAndGet();
            }
        } catch (FloeException e) {
            // the server stops: what was not acked is not counted
        }
    }

    /** F54: a start that was killed anywhere leaves a folder that the next start can use. */
    @Test
    @Tag("long")
    void aKilledFirstStartIsNoObstacle() {
        SplittableRandom random = new SplittableRandom(54);
        Path data = temp.resolve("data");
        for (int i = 0; i < EARLY_KILLS; i++) {
            StandaloneProcess started = StandaloneProcess.launch(data, Map.of());
            started.ended(random.nextInt(EARLY_KILL_MILLIS_MAX));
            started.kill();
        }
        try (StandaloneProcess floe = StandaloneProcess.start(data);
                FloeClient client = floe.client();
                QueryRows one = client.query("SELECT 1")) {
            assertThat(one.all()).hasSize(1);
            assertThat(client.health())
                    .allSatisfy(service -> assertThat(service.state()).isEqualTo(ServiceHealth.State.SERVING));
        }
    }

    @Test
    void whatCanNotBeServedIsRefusedWithTheReason() throws IOException {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(data)).contains("DATA_FOLDER_LOCKED", "another process");
            assertThat(floe.isAlive()).isTrue();
            Path other = temp.resolve("other");
            assertThat(refusal(other, "--set", "grpc.port=" + taken.getLocalPort()))
                    .contains("PORT_IN_USE", Integer.toString(taken.getLocalPort()));
            assertThat(refusal(other, "--insecure", "--set", "grpc.bind-address=0.0.0.0"))
                    .contains("INVALID_SETTINGS", "--insecure");
            assertThat(refusal(other, "--set", "ingest.batch-rows=5", "--set", "log.partitions=none"))
                    .contains("ingest.batch-rows", "log.partitions", "none");
        }
        Files.writeString(data.resolve("VERSION"), "99\n");
        assertThat(refusal(data)).contains("DATA_FOLDER_NEWER", "99");
    }

    @Test
    @Tag("long")
    void aNearlyFullDiskIsRefusedAndNothingIsLost() {
        Path data = temp.resolve("data");
        Batch batch = Batch.of(List.of("n"), List.<Object[]>of(new Object[] {1L}));
        Token stored;
        try (StandaloneProcess floe = StandaloneProcess.start(data);
                FloeClient client = floe.client()) {
            client.catalog()
                    .createTable("", TableSpec.append("e", List.of(Column.required("n", Primitive.LONG))), false);
            stored = client.write("e", batch, Operation.APPEND).token();
        }
        try (StandaloneProcess full = StandaloneProcess.start(data, "--set", "ingest.disk-free-min=900000GB");
                FloeClient client = full.client()) {
            assertThat(catchThrowableOfType(FloeException.class, () -> client.write("e", batch, Operation.APPEND))
                            .code()
                            .name())
                    .isEqualTo("DISK_FULL");
            try (QueryRows rows = client.query(Query.of("SELECT n FROM e").at(new ReadAt.AtToken(stored)))) {
                assertThat(rows.all()).hasSize(1);
            }
        }
    }

    private static String refusal(Path data, String... arguments) {
        StandaloneProcess refused = StandaloneProcess.launch(data, Map.of(), arguments);
        assertThat(refused.ended(60_000)).as("refuses and ends").isTrue();
        assertThat(refused.exitCode()).isEqualTo(1);
        String log = refused.log();
        assertThat(log).doesNotContain("\tat ");
        return log;
    }
}
