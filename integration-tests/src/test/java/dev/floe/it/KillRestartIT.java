package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.QueryRows;
import dev.floe.client.Row;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was acked before a kill is there once, and no more, after the next start.
 *
 * <p>The model is a map for the upsert table and a set of numbers for the append table. Rows whose ack was lost are
 * looked for first and sent again where they are missing, as UNKNOWN_OUTCOME asks of clients.
 */
class KillRestartIT {
    private static final int BATCH_ROWS = 50;
    private static final int KEYS = 400;
    private static final Duration VISIBLE_MAX = Duration.ofSeconds(90);

    @TempDir
    Path temp = Path.of("");

    private final Map<Long, Long> upserted = new HashMap<>();
    private final Set<Long> appended = new HashSet<>();
    private final List<Long> unacked = new ArrayList<>();
    private long next;

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("kill.seeds", 2));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesAndDoublesNothingWhenAllIsKilledInMidIngest(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Path data = temp.resolve("data");
        try (StandaloneProcess first = StandaloneProcess.start(data)) {
            createTables(first);
            ingestUntil(first, random, 3 + random.nextInt(30), first::kill);
        }
        checkAfterRestart(data, random);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "writer.before-flush:3",
                "writer.after-files:3",
                "committer.before-commit:3",
                "committer.after-commit:3"
            })
    void losesAndDoublesNothingWhenTheJobDiesAt(String place) {
        SplittableRandom random = new SplittableRandom(place.hashCode());
        Path data = temp.resolve("data");
        try (StandaloneProcess first = StandaloneProcess.start(data)) {
            createTables(first);
        }
        try (StandaloneProcess second = StandaloneProcess.launch(data, Map.of("floe.fault.halt-at", place))) {
            assertThat(second.serves(90)).as(second.log()).isTrue();
            ingestUntil(second, random, 2_000, () -> {});
            assertThat(second.ended(60_000)).as("dies at %s", place).isTrue();
        }
        checkAfterRestart(data, random);
    }

    @Test
    void keepsWhatWasAckedWhenTheBrokerDies() {
        SplittableRandom random = new SplittableRandom(7);
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data)) {
            createTables(floe);
            ingestUntil(floe, random, 10, floe::killBroker);
            Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                try (FloeClient client = floe.client()) {
                    send(client, random);
                }
            });
            settle(floe);
            check(floe);
        }
    }

    private void createTables(StandaloneProcess floe) {
        try (FloeClient client = floe.client()) {
            List<Column> columns = List.of(
                    Column.required("id", Primitive.LONG),
                    Column.required("n", Primitive.LONG),
                    Column.optional("text", Primitive.STRING));
            client.catalog().createTable("", TableSpec.upsert("state", columns, List.of("id")), true);
            client.catalog().createTable("", TableSpec.append("events", columns), true);
        }
    }

    /** Sends batches until the process is gone; runs {@code blow} after some of them. */
    private void ingestUntil(StandaloneProcess floe, SplittableRandom random, int batches, Runnable blow) {
        try (FloeClient client = floe.client()) {
            for (int i = 0; i < batches && floe.isAlive(); i++) {
                send(client, random);
            }
            blow.run();
            for (int i = 0; i < 3; i++) {
                send(client, random);
            }
        } catch (FloeException e) {
            // the process is gone: what was in flight is in unacked
        }
    }

    /** One batch to each table; rows of a lost ack go to {@code unacked}. */
    private void send(FloeClient client, SplittableRandom random) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < BATCH_ROWS; i++) {
            rows.add(new Object[] {(long) random.nextInt(KEYS), next, "row " + next});
            numbers.add(next++);
        }
        unacked.addAll(numbers);
        try (TableWriter events = client.writer("events");
                TableWriter state = client.writer("state")) {
            Batch batch = new Batch.Rows(List.of("id", "n", "text"), rows);
            CompletableFuture<Ack> appendAck = events.append(batch, Operation.APPEND);
            CompletableFuture<Ack> upsertAck = state.append(batch, Operation.UPSERT);
            appendAck.join();
            appended.addAll(numbers);
            unacked.removeAll(numbers);
            upsertAck.join();
            rows.forEach(row -> upserted.put((Long) row[0], (Long) row[1]));
        } catch (CompletionException e) {
            if (e.getCause() instanceof FloeException known) {
                throw known;
            }
            throw e;
        }
    }

    private void checkAfterRestart(Path data, SplittableRandom random) {
        try (StandaloneProcess again = StandaloneProcess.start(data)) {
            settle(again);
            resendTheMissing(again);
            try (FloeClient client = again.client()) {
                send(client, random);
            }
            settle(again);
            check(again);
        }
    }

    /** Waits until all acked rows are visible and nothing more arrives. */
    private void settle(StandaloneProcess floe) {
        Awaitility.await()
                .atMost(VISIBLE_MAX)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(numbers(floe, "SELECT n FROM events")).containsAll(appended));
        // a mark in each table, acked after everything else: once it is visible, so is all before it
        long mark = -1L - next++;
        try (FloeClient client = floe.client()) {
            Batch row = new Batch.Rows(List.of("id", "n", "text"), List.<Object[]>of(new Object[] {-1L, mark, "mark"}));
            assertThat(client.write("events", row, Operation.APPEND).rowsStored())
                    .isEqualTo(1);
            assertThat(client.write("state", row, Operation.UPSERT).rowsStored())
                    .isEqualTo(1);
        }
        Awaitility.await()
                .atMost(VISIBLE_MAX)
                .ignoreExceptions()
                .until(() -> numbers(floe, "SELECT n FROM events WHERE n < 0").contains(mark)
                        && numbers(floe, "SELECT n FROM state WHERE id < 0").contains(mark));
    }

    private void resendTheMissing(StandaloneProcess floe) {
        Set<Long> stored = new HashSet<>(numbers(floe, "SELECT n FROM events"));
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (long number : unacked) {
            appended.add(number);
            if (!stored.contains(number)) {
                rows.add(new Object[] {0L, number, "row " + number});
            }
        }
        unacked.clear();
        if (!rows.isEmpty()) {
            try (FloeClient client = floe.client()) {
                client.write("events", new Batch.Rows(List.of("id", "n", "text"), rows), Operation.APPEND);
            }
        }
    }

    private void check(StandaloneProcess floe) {
        List<Long> events = numbers(floe, "SELECT n FROM events WHERE n >= 0");
        assertThat(events).as("acked rows of the append table, each once").doesNotHaveDuplicates();
        assertThat(new HashSet<>(events)).containsAll(appended);

        List<Long> keys = numbers(floe, "SELECT id FROM state");
        assertThat(keys).as("one row a key").doesNotHaveDuplicates();
        Map<Long, Long> state = new HashMap<>();
        try (FloeClient client = floe.client();
                QueryRows rows = client.query("SELECT id, n FROM state")) {
            rows.forEachRemaining(row -> state.put((Long) row.value(0), (Long) row.value(1)));
        }
        // a row of a lost ack may have replaced an acked one, never an older one
        upserted.forEach(
                (key, number) -> assertThat(state.get(key)).as("key %s", key).isGreaterThanOrEqualTo(number));
    }

    private static List<Long> numbers(StandaloneProcess floe, String sql) {
        try (FloeClient client = floe.client();
                QueryRows rows = client.query(sql)) {
            List<Long> numbers = new ArrayList<>();
            while (rows.hasNext()) {
                Row row = rows.next();
                numbers.add((Long) row.value(0));
            }
            return numbers;
        }
    }
}
