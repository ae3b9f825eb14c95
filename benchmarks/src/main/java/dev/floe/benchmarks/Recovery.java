package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.ColumnarRows;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.TableWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long a server that was killed takes until it serves writes of a table of many keys again.
 *
 * <p>Loads one row a key in a scattered order, waits until all are committed, kills the server and its broker, starts
 * them again, and sends upserts that touch every bucket: the time until the first ack, and until reads see it, which
 * takes every bucket's index.
 *
 * <p>Arguments: keys (20,000,000).
 */
public final class Recovery {
    private static final String TABLE = "recovery";
    private static final int BATCH_ROWS = 10_000;
    private static final int IN_FLIGHT_MAX = 32;
    private static final int WAIT_EVERY = 400;

    private Recovery() {}

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 20_000_000;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        FloeProcess loading = FloeProcess.start(home, data);
        try (FloeClient client = FloeClient.connect(loading.target(), loading.adminKey())) {
            client.catalog().createTable("", WorkloadE.table(TABLE, true), false);
            load(client, keys);
        } finally {
            loading.kill();
        }
        long started = System.nanoTime();
        try (FloeProcess floe = FloeProcess.start(home, data);
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey());
                TableWriter writer = client.writer(TABLE)) {
            System.out.printf(Locale.ROOT, "serving after %.1f s%n", secondsSince(started));
            Ack ack = writer.append(batch(keys, 0), Operation.UPSERT).join();
            System.out.printf(Locale.ROOT, "first ack after %.1f s%n", secondsSince(started));
            see(client, ack);
            System.out.printf(Locale.ROOT, "first commit visible after %.1f s%n", secondsSince(started));
            bytesPerKey(new JobFigures(floe.flinkUi()));
        }
    }

    private static void load(FloeClient client, int keys) {
        long started = System.nanoTime();
        Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
        Ack last;
        try (TableWriter writer = client.writer(TABLE)) {
            int batches = (keys + BATCH_ROWS - 1) / BATCH_ROWS;
            for (int i = 0; i < batches; i++) {
                inFlight.add(writer.append(batch(keys, i), Operation.UPSERT));
                while (inFlight.size() > IN_FLIGHT_MAX) {
                    Ack ack = inFlight.remove().join();
                    if (i % WAIT_EVERY == 0) {
                        see(client, ack);
                    }
                }
            }
            last = inFlight.removeLast().join();
        }
        see(client, last);
        System.out.printf(Locale.ROOT, "%,d keys loaded in %.0f s%n", keys, secondsSince(started));
    }

    /** Rows of consecutive numbers, whose keys are scattered and never the same twice. */
    private static ColumnarRows batch(int keys, int number) {
        WorkloadE.Rows rows = new WorkloadE(number).next(BATCH_ROWS);
        for (int i = 0; i < BATCH_ROWS; i++) {
            // a prime stride visits every key once
            rows.entityId[i] = ((long) number * BATCH_ROWS + i) % keys * 7_368_787L % keys;
        }
        return rows.columnar();
    }

    private static void see(FloeClient client, Ack ack) {
        client.query(Query.of("SELECT 1 FROM " + TABLE + " LIMIT 1").at(new ReadAt.Containing(ack.token())))
                .close();
    }

    /** Flink's web UI has figures some seconds after the first checkpoint. */
    private static void bytesPerKey(JobFigures figures) throws InterruptedException {
        double keys = 0;
        for (int i = 0; i < 60 && keys == 0; i++) {
            TimeUnit.SECONDS.sleep(1);
            keys = figures.sum("write_buckets", "keys");
        }
        double bytes = figures.sum("write_buckets", "keyIndexBytes");
        System.out.printf(
                Locale.ROOT,
                "%,.0f keys in the index, %.1f bytes a key; heap %,d MB%n",
                keys,
                bytes / keys,
                figures.heapMb());
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
