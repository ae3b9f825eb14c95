package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Key lookups through the whole service, at latest and at committed, by 1, 8 and 64 clients.
 *
 * <p>A table is filled with upserts of random keys and committed; then each client asks for one random key at a time.
 * Every answer is held against the model.
 *
 * <p>Arguments: rows (10,000,000), keys (1,000,000), seconds a run (10).
 */
public final class Gets {
    private static final String TABLE = "gets";
    private static final int BATCH_ROWS = 10_000;
    private static final int IN_FLIGHT_MAX = 32;
    private static final int[] CLIENTS = {1, 8, 64};

    private final String target;
    private final String key;
    private final StormRows rows;
    private final int keys;

    private Gets(String target, String key, int keys) {
        this.target = target;
        this.key = key;
        this.keys = keys;
        this.rows = new StormRows(keys);
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        long count = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
        int keys = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess floe = FloeProcess.start(home, data)) {
            Gets gets = new Gets(floe.target(), floe.adminKey(), keys);
            gets.fill(count);
            System.out.printf("%10s %8s %12s %10s %10s%n", "cut", "clients", "gets/s", "p50 ms", "p99 ms");
            for (ReadAt cut : List.of(new ReadAt.Latest(), new ReadAt.Committed())) {
                gets.run(cut, 1, Math.max(3, seconds / 2), false);
                for (int clients : CLIENTS) {
                    gets.run(cut, clients, seconds, true);
                }
            }
        }
    }

    private void fill(long count) {
        try (FloeClient client = FloeClient.connect(target, key)) {
            client.catalog().createTable("", WorkloadE.table(TABLE, true), false);
            Token last = null;
            Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
            try (TableWriter writer = client.writer(TABLE)) {
                for (long sent = 0; sent < count; sent += BATCH_ROWS) {
                    inFlight.add(writer.append(rows.upserts(BATCH_ROWS), Operation.UPSERT));
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
        }
    }

    private void run(ReadAt cut, int clients, int seconds, boolean shown) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<long[]>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int seed = client;
            CompletableFuture<long[]> nanos = new CompletableFuture<>();
            Thread thread = new Thread(() -> nanos.completeAsync(() -> ask(cut, seed, until), Runnable::run));
            thread.setName("client-" + client);
            thread.start();
            running.add(nanos);
        }
        long[] all = running.stream()
                .flatMapToLong(nanos -> Arrays.stream(nanos.join()))
                .sorted()
                .toArray();
        if (shown) {
            System.out.printf(
                    Locale.ROOT,
                    "%10s %8d %,12.0f %10.2f %10.2f%n",
                    cut.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    clients,
                    (double) all.length / seconds,
                    all[all.length / 2] / 1e6,
                    all[(int) (all.length * 0.99)] / 1e6);
        }
    }

    private long[] ask(ReadAt cut, int seed, long until) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] nanos = new long[1 << 10];
        int count = 0;
        try (FloeClient client = FloeClient.connect(target, key)) {
            while (System.nanoTime() < until) {
                long wanted = random.nextInt(keys);
                KeyLookup lookup = new KeyLookup(
                        TABLE, List.of("entity_id"), List.<Object[]>of(new Object[] {wanted}), List.of(), cut);
                long began = System.nanoTime();
                Optional<Row> found = client.get(lookup).get(0);
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, count * 2);
                }
                nanos[count++] = System.nanoTime() - began;
                requireExpected(wanted, found.map(row -> row.value(2)).orElse(null));
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    private void requireExpected(long wanted, @Nullable Object time) {
        long micros = time instanceof LocalDateTime local
                ? ChronoUnit.MICROS.between(Instant.EPOCH, local.toInstant(ZoneOffset.UTC))
                : 0;
        if (micros != rows.expected(wanted)) {
            throw new IllegalStateException(
                    "key " + wanted + " has the time " + time + " and not " + rows.expected(wanted));
        }
    }
}
