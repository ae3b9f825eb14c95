package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableIndex;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Lookups through the whole service: by key over gRPC and over JDBC, and by a secondary index; then all again while
 * rows are written, and beside PostgreSQL with the same rows.
 *
 * <p>Each key is written once, then a ninth of them again, so that a tenth of the rows are superseded. Every answer is
 * held against the model.
 *
 * <p>Arguments: rows (10,000,000), seconds a run (10).
 */
public final class Gets {
    private static final String TABLE = "gets";
    private static final String KEY = "entity_id";
    private static final int BATCH_ROWS = 10_000;
    private static final int IN_FLIGHT_MAX = 32;
    /** Rows of one value of the index, about. */
    private static final int ROWS_A_VALUE = 50;
    /** Keys that are written to while others are asked for. */
    private static final int BUSY_KEYS = 100_000;

    private static final int BUSY_ROWS_A_SECOND = 100_000;
    private static final int BUSY_BATCH_ROWS = 1_000;
    private static final long SETTLED_SECONDS = 6;
    private static final int WARM_UP_CLIENTS = 4;
    private static final int WARM_UP_SECONDS = 20;

    private final FloeProcess floe;
    private final int keys;
    private final int quantities;
    private final StormRows rows;
    private final int seconds;

    private Gets(FloeProcess floe, int count, int seconds) {
        this.floe = floe;
        this.keys = (int) (count * 9L / 10);
        this.quantities = Math.max(1, keys / ROWS_A_VALUE);
        this.rows = new StormRows(keys + BUSY_KEYS, quantities);
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess floe = FloeProcess.start(home, data)) {
            Gets gets = new Gets(floe, count, seconds);
            try (PostgresPeer peer = PostgresPeer.start()) {
                gets.fill(count, peer);
                gets.warmUp("");
                Asker.head();
                gets.measure("");
                try (BusyWriter writer = new BusyWriter(gets)) {
                    gets.warmUp(", busy");
                    gets.measure(", busy");
                    System.out.printf("written beside: %,d rows/s%n", writer.rowsPerSecond());
                }
                gets.measure(peer);
            }
        }
    }

    private void fill(int count, PostgresPeer peer) throws IOException, InterruptedException, SQLException {
        try (FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            client.catalog()
                    .createTable(
                            "",
                            WorkloadE.table(TABLE, true)
                                    .withIndexes(List.of(new TableIndex("by_quantity", List.of("quantity")))),
                            false);
            Token last = null;
            Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
            try (TableWriter writer = client.writer(TABLE)) {
                for (int sent = 0; sent < count; sent += BATCH_ROWS) {
                    inFlight.add(writer.append(
                            sent < keys
                                    ? rows.upserts(sent, Math.min(keys, sent + BATCH_ROWS))
                                    : rows.upserts(0, keys, BATCH_ROWS),
                            Operation.UPSERT));
                    if (inFlight.size() > IN_FLIGHT_MAX) {
                        last = inFlight.remove().join().token();
                    }
                }
                while (!inFlight.isEmpty()) {
                    last = inFlight.remove().join().token();
                }
            }
            client.query(Query.of("SELECT 1 FROM " + TABLE + " LIMIT 1")
                            .at(new ReadAt.Containing(Objects.requireNonNull(last))))
                    .close();
            peer.fill(client, TABLE);
        }
        settle();
    }

    /** Waits until nothing is committed any more, compaction included. */
    private void settle() throws IOException, InterruptedException {
        long before = -1;
        long now = snapshot();
        while (now != before) {
            TimeUnit.SECONDS.sleep(SETTLED_SECONDS);
            before = now;
            now = snapshot();
        }
    }

    private long snapshot() throws IOException {
        return FloeTables.read(floe.dataFolder(), TABLE, table -> {
            Snapshot newest = table.currentSnapshot();
            return newest == null ? 0 : newest.snapshotId();
        });
    }

    private void warmUp(String state) {
        Asker.measure("warm-up" + state, () -> new ByKey(new ReadAt.Latest()), WARM_UP_CLIENTS, WARM_UP_SECONDS);
        Asker.measure("warm-up by index" + state, ByIndex::new, WARM_UP_CLIENTS, WARM_UP_SECONDS);
    }

    private void measure(String state) {
        for (int clients : List.of(1, 8, 64)) {
            Asker.measure("get at latest" + state, () -> new ByKey(new ReadAt.Latest()), clients, seconds);
        }
        Asker.measure("get at committed" + state, () -> new ByKey(new ReadAt.Committed()), 1, seconds);
        String url = "jdbc:avatica:remote:url=http://" + floe.jdbc()
                + ";serialization=protobuf;authentication=BASIC;avatica_user=any;avatica_password=" + floe.adminKey();
        for (int clients : List.of(1, 8)) {
            Asker.measure(
                    "JDBC key" + state,
                    () -> new ByStatement(DriverManager.getConnection(url), KEY, keys),
                    clients,
                    seconds);
        }
        Asker.measure("index over gRPC" + state, ByIndex::new, 1, seconds);
    }

    private void measure(PostgresPeer peer) {
        if (!peer.isThere()) {
            return;
        }
        for (int clients : List.of(1, 8, 64)) {
            Asker.measure("PostgreSQL key", () -> new ByStatement(peer.connect(), KEY, keys), clients, seconds);
        }
        Asker.measure("PostgreSQL index", () -> new ByStatement(peer.connect(), "quantity", quantities), 1, seconds);
    }

    private void requireExpected(long key, @Nullable Object time) {
        long micros = time instanceof LocalDateTime local
                ? ChronoUnit.MICROS.between(Instant.EPOCH, local.toInstant(ZoneOffset.UTC))
                : 0;
        if (micros != rows.expected(key)) {
            throw new IllegalStateException("key " + key + " has the time " + time + " and not " + rows.expected(key));
        }
    }

    /** Floe gives microseconds as text. */
    private static LocalDateTime time(ResultSet row) throws SQLException {
        return Timestamp.valueOf(row.getString(3)).toLocalDateTime();
    }

    private final class ByKey implements Asker {
        private final FloeClient client = FloeClient.connect(floe.target(), floe.adminKey());
        private final ReadAt cut;

        private ByKey(ReadAt cut) {
            this.cut = cut;
        }

        @Override
        public void ask(SplittableRandom random) {
            long key = random.nextInt(keys);
            KeyLookup lookup =
                    new KeyLookup(TABLE, List.of(KEY), List.<Object[]>of(new Object[] {key}), List.of(), cut);
            Optional<Row> found = client.get(lookup).get(0);
            requireExpected(key, found.map(row -> row.value(2)).orElse(null));
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** A prepared query for the rows with one value in a column, below {@code values}. */
    private final class ByStatement implements Asker {
        private final Connection connection;
        private final PreparedStatement statement;
        private final int values;

        private ByStatement(Connection connection, String column, int values) throws SQLException {
            this.connection = connection;
            this.statement = connection.prepareStatement("SELECT * FROM " + TABLE + " WHERE " + column + " = ?");
            this.values = values;
        }

        @Override
        public void ask(SplittableRandom random) throws SQLException {
            statement.setInt(1, random.nextInt(values));
            int rows = 0;
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    requireExpected(found.getLong(2), time(found));
                    rows++;
                }
            }
            if (rows == 0 && values == keys) {
                throw new IllegalStateException("a key has no row");
            }
        }

        @Override
        public void close() {
            PostgresPeer.close(connection);
        }
    }

    private final class ByIndex implements Asker {
        private final FloeClient client = FloeClient.connect(floe.target(), floe.adminKey());

        @Override
        public void ask(SplittableRandom random) {
            int quantity = random.nextInt(quantities);
            try (var found = client.query(Query.of("SELECT * FROM " + TABLE + " WHERE quantity = ?", quantity))) {
                while (found.hasNext()) {
                    Row row = found.next();
                    long key = (Long) Objects.requireNonNull(row.value(1));
                    if (key < keys) {
                        requireExpected(key, row.value(2));
                    }
                }
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Writes to keys that nobody asks for, as many rows a second as are wanted at most. */
    private static final class BusyWriter implements AutoCloseable {
        private final Gets gets;
        private final Thread thread = new Thread(this::write, "busy-writer");
        private final long began = System.nanoTime();
        private volatile boolean stopped;
        private final AtomicLong written = new AtomicLong();

        private BusyWriter(Gets gets) {
            this.gets = gets;
            thread.start();
        }

        long rowsPerSecond() {
            return (long) (written.get() / ((System.nanoTime() - began) / 1e9));
        }

        private void write() {
            try (FloeClient client = FloeClient.connect(gets.floe.target(), gets.floe.adminKey());
                    TableWriter writer = client.writer(TABLE)) {
                Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
                long sent = 0;
                while (!stopped) {
                    long due = began + TimeUnit.SECONDS.toNanos(sent) / BUSY_ROWS_A_SECOND;
                    TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                    inFlight.add(writer.append(
                            gets.rows.upserts(gets.keys, gets.keys + BUSY_KEYS, BUSY_BATCH_ROWS), Operation.UPSERT));
                    sent += BUSY_BATCH_ROWS;
                    if (inFlight.size() > IN_FLIGHT_MAX) {
                        inFlight.remove().join();
                        written.addAndGet(BUSY_BATCH_ROWS);
                    }
                }
                inFlight.forEach(CompletableFuture::join);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }
}
