package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
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
 * Every row a client sent is there once, whatever was killed meanwhile.
 *
 * <p>The client keeps the rows it sent to two streams, one a table, and after a kill sends all from each stream's next
 * offset on again, in other batches than before, whether they had arrived or not. So the tables must equal the model
 * exactly: the append table each row once, the upsert table the last row of each key. Nothing acked may be asked for
 * again. Both tables compact all the while. One data folder goes through all kills: each start has to recover from the
 * kill before it, and then meets its own.
 */
class KillRestartIT {
    private static final int BATCH_ROWS = 20;
    private static final int KEYS = 400;
    private static final int BATCHES_MAX = 20_000;
    private static final Duration VISIBLE_MAX = Duration.ofSeconds(90);
    /** F2 asks for 10 seconds, which a machine with nothing else to do is well below; a busy one takes longer. */
    private static final double BROKER_AWAY_SECONDS_MAX = 30;

    private static final List<String> COLUMNS = List.of("id", "n", "text");
    private static final List<String> PLACES = List.of(
            "gateway.after-append:9",
            "gateway.before-ack:9",
            "writer.before-flush:3",
            "writer.after-files:3",
            "committer.before-commit:3",
            "committer.after-commit:3",
            "compact.mid:2",
            "compact.before-install:2");

    @TempDir
    Path temp = Path.of("");

    private final List<Object[]> rows = new ArrayList<>();
    private final AtomicLong ackedEvents = new AtomicLong();
    private final AtomicLong ackedState = new AtomicLong();

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("kill.seeds", 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void storesEachRowOnce(long seed) throws IOException {
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
        }
    }

    /** The process dies by itself, of a fault that is armed once it has recovered. */
    private void dieAt(String place, Path data, SplittableRandom random) throws IOException {
        Path armed = temp.resolve("armed");
        Map<String, String> fault = Map.of("floe.fault.halt-at", place, "floe.fault.armed-by", armed.toString());
        try (StandaloneProcess floe = start(data, fault)) {
            recover(floe, random);
            Files.createFile(armed);
            ingest(floe, random, BATCHES_MAX, 0, () -> {});
            assertThat(floe.ended(60_000)).as("dies at %s", place).isTrue();
        }
        Files.delete(armed);
    }

    private void killInMidIngest(StandaloneProcess floe, SplittableRandom random) {
        ingest(floe, random, 3 + random.nextInt(300), 0, floe::kill);
    }

    /** F2: the broker alone is killed; the writers go on by themselves within seconds, and nothing is lost. */
    private void surviveTheBroker(StandaloneProcess floe, SplittableRandom random) {
        AtomicLong killed = new AtomicLong();
        ingest(floe, random, 30, WriterSettings.defaults().resendMax(), () -> {
            floe.killBroker();
            killed.set(System.nanoTime());
        });
        double seconds = (System.nanoTime() - killed.get()) / 1e9;
        System.out.printf(Locale.ROOT, "broker killed: all is acked again after %.1f s%n", seconds);
        assertThat(seconds).isLessThan(BROKER_AWAY_SECONDS_MAX);
        check(floe);
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
            Map<String, String> compacting = Map.of("compaction.runs-min", "2");
            client.catalog()
                    .createTable(
                            "",
                            TableSpec.upsert("state", columns, List.of("id")).withProperties(compacting),
                            true);
            client.catalog().createTable("", TableSpec.append("events", columns).withProperties(compacting), true);
        }
    }

    /** Sends batches until the process is gone; runs {@code blow} after half of them. */
    private void ingest(StandaloneProcess floe, SplittableRandom random, int batches, int resendMax, Runnable blow) {
        try (FloeClient client = floe.client();
                TableWriter events = client.writer("events", settings("events", resendMax));
                TableWriter state = client.writer("state", settings("state", resendMax))) {
            for (int i = 0; i < batches && floe.isAlive(); i++) {
                make(random);
                List<CompletableFuture<Void>> acks = send(events, state, rows.size() - BATCH_ROWS, rows.size());
                if (random.nextInt(4) == 0) {
                    join(acks);
                }
                if (i == batches / 2) {
                    blow.run();
                }
            }
            make(random);
            join(send(events, state, rows.size() - BATCH_ROWS, rows.size()));
        } catch (FloeException e) {
            // the process is gone: what was in flight is sent again after the restart
            assertThat(floe.ended(10_000)).as(e.toString()).isTrue();
        }
    }

    private static WriterSettings settings(String table, int resendMax) {
        return WriterSettings.defaults().withStream("kill-restart-" + table).withResendMax(resendMax);
    }

    private void make(SplittableRandom random) {
        for (int i = 0; i < BATCH_ROWS; i++) {
            long number = rows.size();
            rows.add(new Object[] {(long) random.nextInt(KEYS), number, "row " + number});
        }
    }

    private List<CompletableFuture<Void>> send(TableWriter events, TableWriter state, int from, int to) {
        List<@Nullable Object[]> part = new ArrayList<>(rows.subList(from, to));
        Batch batch = new Batch.Rows(COLUMNS, part);
        return List.of(
                events.append(batch).thenAccept(ack -> acked(ackedEvents, ack, to)),
                state.append(batch).thenAccept(ack -> acked(ackedState, ack, to)));
    }

    private static void acked(AtomicLong counter, Ack ack, long to) {
        assertThat(ack.rowsRefused()).isZero();
        counter.accumulateAndGet(to, Math::max);
    }

    private static void join(List<CompletableFuture<Void>> acks) {
        try {
            acks.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            if (e.getCause() instanceof FloeException known) {
                throw known;
            }
            throw e;
        }
    }

    private void recover(StandaloneProcess floe, SplittableRandom random) {
        try (FloeClient client = floe.client()) {
            resend(client, "events", ackedEvents.get());
            resend(client, "state", ackedState.get());
        }
        ingest(floe, random, 2, 0, () -> {});
        check(floe);
    }

    /** Sends what the stream does not know for sure to be stored. */
    private void resend(FloeClient client, String table, long acked) {
        try (TableWriter writer = client.writer(table, settings(table, 0))) {
            int from = (int) writer.nextOffset();
            assertThat((long) from).as("acked rows of %s", table).isBetween(acked, (long) rows.size());
            // in other batches than before
            for (int at = from; at < rows.size(); at += BATCH_ROWS * 7 + 1) {
                int to = Math.min(rows.size(), at + BATCH_ROWS * 7 + 1);
                List<@Nullable Object[]> part = new ArrayList<>(rows.subList(at, to));
                writer.append(new Batch.Rows(COLUMNS, part)).join();
            }
        }
    }

    private void check(StandaloneProcess floe) {
        Map<Long, Long> expected = new TreeMap<>();
        rows.forEach(row -> expected.put((Long) row[0], (Long) row[1]));
        // no await on equality alone: a row too many must not go unseen while rows are still missing
        Awaitility.await()
                .atMost(VISIBLE_MAX)
                .ignoreExceptions()
                .until(() -> numbers(floe, "SELECT count(*) FROM events").get(0) >= rows.size()
                        && numbers(floe, "SELECT max(n) FROM state").get(0) == rows.size() - 1);

        List<Long> events = numbers(floe, "SELECT n FROM events");
        assertThat(new HashSet<>(events)).as("each row once").hasSameSizeAs(events);
        assertThat(events).hasSize(rows.size());
        Awaitility.await()
                .atMost(VISIBLE_MAX)
                .untilAsserted(() -> assertThat(state(floe)).isEqualTo(expected));
        List<Long> keys = numbers(floe, "SELECT id FROM state");
        assertThat(new HashSet<>(keys)).as("one row a key").hasSameSizeAs(keys);
    }

    private static Map<Long, Long> state(StandaloneProcess floe) {
        Map<Long, Long> state = new TreeMap<>();
        try (FloeClient client = floe.client();
                QueryRows found = client.query("SELECT id, n FROM state")) {
            found.forEachRemaining(row -> state.put((Long) row.value(0), (Long) row.value(1)));
        }
        return state;
    }

    private static List<Long> numbers(StandaloneProcess floe, String sql) {
        try (FloeClient client = floe.client();
                QueryRows found = client.query(sql)) {
            List<Long> numbers = new ArrayList<>();
            while (found.hasNext()) {
                Row row = found.next();
                numbers.add((Long) row.value(0));
            }
            return numbers;
        }
    }
}
