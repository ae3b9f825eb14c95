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
import dev.floe.client.WriterSettings;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was acked before a kill is there once, and no more, after the next start.
 *
 * <p>The model is a map for the upsert table and a set of numbers for the append table. Rows whose ack was lost are
 * looked for first and sent again where they are missing, as UNKNOWN_OUTCOME asks of clients. One data folder goes
 * through all kills: each start has to recover from the kill before it, and then meets its own.
 */
class KillRestartIT {
    private static final int BATCH_ROWS = 20;
    private static final int KEYS = 400;
    private static final int BATCHES_MAX = 20_000;
    private static final Duration VISIBLE_MAX = Duration.ofSeconds(90);
    /** F2 asks for 10 seconds, which a machine with nothing else to do is well below; a busy one takes longer. */
    private static final double BROKER_AWAY_SECONDS_MAX = 30;

    private static final List<String> PLACES = List.of(
            "writer.before-flush:3", "writer.after-files:3", "committer.before-commit:3", "committer.after-commit:3");

    @TempDir
    Path temp = Path.of("");

    private final Map<Long, Long> upserted = new HashMap<>();
    private final Set<Long> appended = new HashSet<>();
    private final List<Long> unacked = new ArrayList<>();
    private long next;
    /** First number that has not been looked for since the newest start. */
    private long unchecked;

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("kill.seeds", 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesAndDoublesNothing(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = start(data, Map.of())) {
            createTables(floe);
            surviveTheBroker(floe, random);
            killInMidIngest(floe, random);
        }
        for (String place : PLACES) {
            dieAt(place, data, random);
        }
        try (StandaloneProcess floe = start(data, Map.of())) {
            recover(floe, random);
            killInMidIngest(floe, random);
        }
        try (StandaloneProcess floe = start(data, Map.of())) {
            recover(floe, random);
            unchecked = 0;
            check(floe);
        }
    }

    /** The process dies by itself, of a fault that is armed once it has recovered. */
    private void dieAt(String place, Path data, SplittableRandom random) throws IOException {
        Path armed = temp.resolve("armed");
        Map<String, String> fault = Map.of("floe.fault.halt-at", place, "floe.fault.armed-by", armed.toString());
        try (StandaloneProcess floe = start(data, fault)) {
            recover(floe, random);
            Files.createFile(armed);
            ingestUntil(floe, random, BATCHES_MAX, () -> {});
            assertThat(floe.ended(60_000)).as("dies at %s", place).isTrue();
        }
        Files.delete(armed);
    }

    private void killInMidIngest(StandaloneProcess floe, SplittableRandom random) {
        ingestUntil(floe, random, 3 + random.nextInt(300), floe::kill);
    }

    /** F2: the broker alone is killed; writes go on within seconds, and nothing is lost. */
    private void surviveTheBroker(StandaloneProcess floe, SplittableRandom random) {
        AtomicLong killed = new AtomicLong();
        ingestUntil(floe, random, 30, () -> {
            floe.killBroker();
            killed.set(System.nanoTime());
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    try (FloeClient client = floe.client()) {
                        send(client, random);
                    }
                });
        double seconds = (System.nanoTime() - killed.get()) / 1e9;
        System.out.printf(Locale.ROOT, "broker killed: writes are acked again after %.1f s%n", seconds);
        assertThat(seconds).isLessThan(BROKER_AWAY_SECONDS_MAX);
        recover(floe, random);
    }

    private static StandaloneProcess start(Path data, Map<String, String> systemProperties) {
        StandaloneProcess floe =
                StandaloneProcess.launch(data, systemProperties, "--set", "ingest.commit-interval=500ms");
        assertThat(floe.serves(90)).as(floe.log()).isTrue();
        return floe;
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
        WriterSettings once = WriterSettings.defaults().withoutStream();
        try (TableWriter events = client.writer("events", once);
                TableWriter state = client.writer("state", once)) {
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

    private void recover(StandaloneProcess floe, SplittableRandom random) {
        settle(floe);
        resendTheMissing(floe);
        try (FloeClient client = floe.client()) {
            send(client, random);
        }
        settle(floe);
        check(floe);
        unchecked = next;
    }

    /** Waits until all acked rows are visible and nothing more arrives. */
    private void settle(StandaloneProcess floe) {
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
                .until(() -> numbers(floe, "SELECT n FROM events WHERE n = " + mark)
                                .contains(mark)
                        && numbers(floe, "SELECT n FROM state WHERE id < 0").contains(mark)
                        && missing(floe).isEmpty());
    }

    /** Acked rows of the append table since the newest check that are not to be seen. */
    private Set<Long> missing(StandaloneProcess floe) {
        Set<Long> missing = new HashSet<>(appended);
        missing.removeIf(number -> number < unchecked);
        numbers(floe, "SELECT n FROM events WHERE n >= " + unchecked).forEach(missing::remove);
        return missing;
    }

    private void resendTheMissing(StandaloneProcess floe) {
        Set<Long> stored = new HashSet<>(numbers(floe, "SELECT n FROM events WHERE n >= " + unchecked));
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
        List<Long> events = numbers(floe, "SELECT n FROM events WHERE n >= " + unchecked);
        assertThat(new HashSet<>(events))
                .as("rows of the append table, each once")
                .hasSameSizeAs(events);
        assertThat(missing(floe)).as("acked rows of the append table").isEmpty();

        List<Long> keys = numbers(floe, "SELECT id FROM state");
        assertThat(new HashSet<>(keys)).as("one row a key").hasSameSizeAs(keys);
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
