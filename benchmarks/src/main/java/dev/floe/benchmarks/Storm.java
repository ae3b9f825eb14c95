package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.ColumnarRows;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A storm of upserts and deletes over many keys, with compaction on, that is compared with a model at the end.
 *
 * <p>The client goes no faster than the job: it stays at most {@value #AHEAD_ROWS} rows ahead of what reads see, so
 * that the rows of a minute are rows through to committed. Each minute's line has them with the server's memory and
 * the live files of the fullest bucket. The log keeps three minutes, replaced files go after one. Afterwards every row
 * that Iceberg's generic reader finds is held against the model: one row a key, the last one sent, none deleted.
 *
 * <p>Arguments: minutes (20), keys (20,000,000), rows a batch (10,000).
 */
public final class Storm {
    private static final String TABLE = "storm";
    private static final int IN_FLIGHT_MAX = 32;
    private static final int AHEAD_ROWS = 8_000_000;
    private static final int DELETES_EVERY = 50;
    private static final int DELETED_ROWS = 1_000;

    /** Twenty minutes of log and replaced files would fill a disk of 200 GB. */
    private static final String[] SHORT_MEMORY = {
        "log.retention=3m", "maintenance.interval=1m", "maintenance.snapshot-age=1m"
    };

    private final int batchRows;
    private final StormRows rows;
    private final Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
    private final Deque<Token> unseen = new ArrayDeque<>();
    private long batches;
    private long ackedRows;

    private Storm(int keys, int batchRows) {
        this.batchRows = batchRows;
        this.rows = new StormRows(keys);
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int keys = args.length > 1 ? Integer.parseInt(args[1]) : 20_000_000;
        int batchRows = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        boolean equal;
        try (FloeProcess floe = FloeProcess.start(home, data, SHORT_MEMORY);
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            client.catalog().createTable("", WorkloadE.table(TABLE, true), false);
            equal = new Storm(keys, batchRows).run(client, floe, data, minutes);
        }
        System.exit(equal ? 0 : 1);
    }

    private boolean run(FloeClient client, FloeProcess floe, Path data, int minutes) throws IOException {
        List<Long> perMinute = new ArrayList<>();
        System.out.printf("%6s %14s %12s %10s %16s%n", "minute", "rows/s", "CPU-s/M", "MB", "files a bucket");
        try (TableWriter writer = client.writer(TABLE)) {
            for (int minute = 1; minute <= minutes; minute++) {
                long before = ackedRows;
                ProcessCost cost = ProcessCost.of(floe.handle());
                long started = System.nanoTime();
                while (System.nanoTime() - started < TimeUnit.MINUTES.toNanos(1)) {
                    send(client, writer);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                long done = ackedRows - before;
                perMinute.add((long) (done / seconds));
                System.out.printf(
                        Locale.ROOT,
                        "%6d %,14.0f %12.2f %,10d %16d%n",
                        minute,
                        done / seconds,
                        ProcessCost.of(floe.handle()).cpuSecondsSince(cost) / (done / 1e6),
                        ProcessCost.memoryMb(floe.handle()),
                        StormCheck.filesOfFullestBucket(data, TABLE));
            }
            while (!inFlight.isEmpty()) {
                take(inFlight.remove());
            }
        }
        while (!unseen.isEmpty()) {
            await(client, unseen.remove());
        }
        int third = Math.min(2, perMinute.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "last minute: %.0f %% of the third; %,d rows in all%n",
                100.0 * perMinute.get(perMinute.size() - 1) / perMinute.get(third),
                ackedRows);
        return StormCheck.equalsModel(data, TABLE, rows);
    }

    private void send(FloeClient client, TableWriter writer) {
        batches++;
        boolean delete = batches % DELETES_EVERY == 0;
        ColumnarRows batch = delete ? rows.deletes(DELETED_ROWS) : rows.upserts(batchRows);
        inFlight.add(writer.append(batch, delete ? Operation.DELETE : Operation.UPSERT));
        if (inFlight.size() > IN_FLIGHT_MAX) {
            take(inFlight.remove());
        }
        while ((long) unseen.size() * batchRows > AHEAD_ROWS) {
            // every hundredth token stands for those before it
            for (int skipped = 0; skipped < 99 && unseen.size() > 1; skipped++) {
                unseen.remove();
            }
            await(client, unseen.remove());
        }
    }

    private void take(CompletableFuture<Ack> pending) {
        Ack ack = pending.join();
        if (ack.rowsRefused() > 0) {
            throw ack.rowErrors().get(0);
        }
        ackedRows += ack.rowsStored();
        unseen.add(ack.token());
    }

    private static void await(FloeClient client, Token token) {
        client.query(Query.of("SELECT 1 FROM " + TABLE + " LIMIT 1").at(new ReadAt.Containing(token)))
                .close();
    }
}
