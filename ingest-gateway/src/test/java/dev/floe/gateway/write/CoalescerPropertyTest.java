package dev.floe.gateway.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.FakeTables;
import dev.floe.gateway.GatewayCounters;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many connections, small and large requests, a log that fails: what the coalescer promises, row by row. */
class CoalescerPropertyTest {
    private static final int CONNECTIONS = 8;
    private static final int REQUESTS = 150;
    private static final int ENTRY_ROWS = 64;
    private static final int BUCKETS = 3;
    private static final UUID KEYED = new UUID(1, 1);
    private static final UUID UNKEYED = new UUID(2, 2);

    /** A row is named by its connection and its place among the connection's rows. */
    private record Row(int connection, int sequence) {}

    private record Request(Lane.Key lane, List<Row> rows, CompletableFuture<Place> answer) {}

    /** What the log was given, row by row: where each row is, and the rows of each entry. */
    private record Given(Map<Row, UnreliableLog.Sent> entryOf, Map<Long, List<Row>> rowsOf) {}

    static Stream<Long> seeds() {
        return LongStream.range(0, Long.getLong("seeds", 20)).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsItsPromises(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        boolean failing = random.nextBoolean();
        UnreliableLog log = new UnreliableLog(seed, failing ? 0.1 : 0);
        CoalesceSettings settings = new CoalesceSettings(Duration.ofMillis(random.nextInt(1, 4)), ENTRY_ROWS);
        try (log;
                Coalescer coalescer = new Coalescer(log, settings, new GatewayCounters())) {
            Map<Integer, List<Request>> requests = new ConcurrentHashMap<>();
            AtomicInteger nextBucket = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                int id = connection;
                SplittableRandom own = random.split();
                threads.add(
                        new Thread(() -> requests.put(id, connection(coalescer, id, own, nextBucket)), "client-" + id));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(60));
            }
            List<Request> all = requests.values().stream().flatMap(List::stream).toList();
            assertThat(all).hasSize(CONNECTIONS * REQUESTS);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            all.stream().allMatch(request -> request.answer().isDone()));

            Given given = given(log);
            assertThat(all.stream().anyMatch(request -> request.answer().isCompletedExceptionally()))
                    .isEqualTo(failing);
            all.forEach(request -> assertAnswer(request, given));
            requests.values().forEach(of -> assertOrder(of, given));
            assertThat(log.sent()).hasSizeLessThan(all.size());
            Awaitility.await()
                    .untilAsserted(() -> assertThat(coalescer.laneCount()).isZero());
        }
    }

    private static List<Request> connection(
            Coalescer coalescer, int id, SplittableRandom random, AtomicInteger nextBucket) {
        List<Request> requests = new ArrayList<>();
        int sequence = 0;
        for (int i = 0; i < REQUESTS; i++) {
            boolean keyed = random.nextBoolean();
            int bucket = random.nextInt(BUCKETS);
            Lane.Key lane = keyed ? new Lane.Key(KEYED, bucket) : new Lane.Key(UNKEYED, Lane.Key.ANY_BUCKET);
            int count = random.nextInt(20) == 0 ? random.nextInt(ENTRY_ROWS, 300) : random.nextInt(1, 10);
            List<Row> rows = new ArrayList<>();
            for (int row = 0; row < count; row++) {
                rows.add(new Row(id, sequence++));
            }
            int version = random.nextInt(20) == 0 ? 2 : 1;
            ColumnBatch batch = batch(rows, version, random);
            requests.add(new Request(
                    lane,
                    rows,
                    append(coalescer, lane, version, batch, keyed ? bucket : nextBucket.getAndIncrement() % BUCKETS)));
        }
        return requests;
    }

    private static CompletableFuture<Place> append(
            Coalescer coalescer, Lane.Key lane, int version, ColumnBatch batch, int bucket) {
        long bytes = coalescer.sharedBytes(batch);
        if (bytes < 0) {
            return coalescer.append(
                    lane, bucket, LogEntryCodec.encode(new LogEntry(lane.tableId(), version, bucket, batch)));
        }
        return coalescer.append(lane, new SmallRows(version, () -> bucket, batch, null, bytes));
    }

    /** The connection; the sequence as text, which says the version and number of columns too; mostly a score. */
    private static ColumnBatch batch(List<Row> rows, int version, SplittableRandom random) {
        boolean scored = random.nextInt(10) > 0;
        int count = rows.size();
        long[] ids = new long[count];
        int[] offsets = new int[count + 1];
        StringBuilder names = new StringBuilder();
        String padding = "x".repeat(count < 10 && random.nextInt(3) > 0 ? 1_700 : 3);
        for (int i = 0; i < count; i++) {
            ids[i] = rows.get(i).connection();
            names.append(rows.get(i).sequence()).append("v").append(version).append(scored ? 3 : 2);
            names.append(padding);
            offsets[i + 1] = names.length();
        }
        byte[] operations = new byte[count];
        Arrays.fill(operations, RowOperation.APPEND);
        List<Vector> columns = new ArrayList<>();
        columns.add(new LongVector(ids, count, Validity.all()));
        columns.add(
                BytesVector.plain(offsets, names.toString().getBytes(StandardCharsets.UTF_8), count, Validity.all()));
        if (!scored) {
            return new ColumnBatch(count, List.of(1, 2), columns, operations);
        }
        columns.add(new DoubleVector(new double[count], count, Validity.all()));
        return new ColumnBatch(count, List.of(1, 2, 3), columns, operations);
    }

    private static Given given(UnreliableLog log) {
        Given given = new Given(new HashMap<>(), new HashMap<>());
        for (UnreliableLog.Sent sent : log.sent()) {
            assertThat(sent.bytes().length).isLessThanOrEqualTo(log.entryBytesMax());
            LogEntry entry = LogEntryCodec.decode(sent.bytes(), FakeTables.SCHEMA);
            assertThat(entry.tableId()).isEqualTo(sent.tableId());
            assertThat(entry.bucket()).isEqualTo(sent.bucket());
            List<Row> rows = rows(entry);
            for (Row row : rows) {
                UnreliableLog.Sent before = given.entryOf().put(row, sent);
                assertThat(before).as("the other entry of %s", row).isNull();
            }
            given.rowsOf().put(sent.offset(), rows);
        }
        return given;
    }

    /** The rows of an entry, after a look at whether all of them fit its version and columns. */
    private static List<Row> rows(LogEntry entry) {
        ColumnBatch batch = entry.batch();
        LongVector ids = (LongVector) batch.columns().get(0);
        BytesVector names = (BytesVector) batch.columns().get(1);
        String shape = "v" + entry.schemaVersion() + batch.fieldIds().size();
        List<Row> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            String name = names.text(row).replace("x", "");
            assertThat(name).endsWith(shape);
            int sequence = Integer.parseInt(name.substring(0, name.indexOf('v')));
            rows.add(new Row((int) ids.values()[row], sequence));
        }
        return rows;
    }

    private static void assertAnswer(Request request, Given given) {
        Set<UnreliableLog.Sent> entries = new HashSet<>();
        request.rows().forEach(row -> entries.add(given.entryOf().get(row)));
        assertThat(entries).as("entries of %s", request.rows()).hasSize(1);
        UnreliableLog.@Nullable Sent entry = entries.iterator().next();
        if (entry == null) {
            assertThat(request.answer()).isCompletedExceptionally();
            return;
        }
        assertThat(entry.tableId()).isEqualTo(request.lane().tableId());
        List<Row> inEntry = given.rowsOf().getOrDefault(entry.offset(), List.of());
        int first = inEntry.indexOf(request.rows().get(0));
        assertThat(inEntry.subList(first, first + request.rows().size())).isEqualTo(request.rows());
        switch (entry.fate()) {
            case KEPT -> assertThat(request.answer()).isCompletedWithValue(new Place(entry.bucket(), entry.offset()));
            case LOST -> assertFailed(request, ErrorCode.LOG_UNAVAILABLE, entry);
            case KEPT_BUT_FAILED -> assertFailed(request, ErrorCode.OUTCOME_UNKNOWN, entry);
        }
    }

    private static void assertFailed(Request request, ErrorCode code, UnreliableLog.Sent entry) {
        assertThat(request.answer())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(FloeException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.message()).isEqualTo(Long.toString(entry.offset()));
                });
    }

    /** Rows of one connection and lane are in the log in the order in which they were sent. */
    private static void assertOrder(List<Request> connection, Given given) {
        Map<Lane.Key, Long> last = new HashMap<>();
        for (Request request : connection) {
            UnreliableLog.Sent entry = given.entryOf().get(request.rows().get(0));
            if (entry != null) {
                long offset = entry.offset();
                List<Row> rows = given.rowsOf().getOrDefault(offset, List.of());
                long at = offset << 20 | rows.indexOf(request.rows().get(0));
                Long before = last.put(request.lane(), at);
                assertThat(before == null || before < at).isTrue();
            }
        }
    }
}
