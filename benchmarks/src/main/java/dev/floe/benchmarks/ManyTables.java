package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableInfo;
import dev.floe.client.TableWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Many tables in one job, a few of them written at a time, and one whose commits fail.
 *
 * <p>Each active table has a writer that sends a batch, waits for its ack, and now and then waits until reads see it:
 * that time is the commit's latency as a client has it. Every few seconds the next tables have their turn. One table of
 * the second turn is made into another under its writers' feet, so that its commits are refused: it has to be suspended
 * while the others go on, and to have every row once it is mended and resumed.
 *
 * <p>Arguments: tables (500), active at a time (20), seconds (100), seconds a turn (4).
 */
public final class ManyTables {
    private static final int BATCH_ROWS = 1_000;
    private static final int LOOK_EVERY = 20;
    private static final int LOOKS_AT_ONCE_MAX = 8;
    private static final long RESUME_SECONDS_MAX = 120;
    private static final long COMPLETE_SECONDS_MAX = 10;

    private final FloeClient client;
    private final int tables;
    private final int active;
    private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    private final long[] rowsSent;
    private final BitSet[] keys;
    private final AtomicLong ackedRows = new AtomicLong();
    private final Semaphore looking = new Semaphore(LOOKS_AT_ONCE_MAX);
    private long rowsOfTurn;

    private ManyTables(FloeClient client, int tables, int active) {
        this.client = client;
        this.tables = tables;
        this.active = active;
        this.rowsSent = new long[tables];
        this.keys = Stream.generate(BitSet::new).limit(tables).toArray(BitSet[]::new);
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int tables = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int active = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        int turn = args.length > 3 ? Integer.parseInt(args[3]) : 4;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        boolean well;
        try (FloeProcess floe = FloeProcess.start(home, data, "ingest.idle-checkpoints-max=5");
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            well = new ManyTables(client, tables, active).run(floe, data, seconds, turn);
        }
        long restarted = System.nanoTime();
        try (FloeProcess floe = FloeProcess.start(home, data)) {
            System.out.printf(
                    Locale.ROOT,
                    "restart with %d tables: %.1f s, %s%n",
                    tables,
                    secondsSince(restarted),
                    floe.target());
        }
        System.exit(well ? 0 : 1);
    }

    private boolean run(FloeProcess floe, Path data, int seconds, int turnSeconds) throws Exception {
        long creating = System.nanoTime();
        for (int i = 0; i < tables; i++) {
            client.catalog().createTable("", WorkloadE.table(name(i), isKeyed(i)), false);
        }
        System.out.printf(Locale.ROOT, "%d tables created in %.1f s%n", tables, secondsSince(creating));
        int failing = active;
        JobFigures figures = new JobFigures(floe.flinkUi());
        ExecutorService writers = Executors.newFixedThreadPool(active);
        ProcessCost cost = ProcessCost.of(floe.handle());
        long started = System.nanoTime();
        System.out.printf("%8s %12s %14s %10s %12s%n", "second", "rows/s", "open buckets", "heap MB", "queries/s");
        for (int first = 0; secondsSince(started) < seconds; first = (first + active) % tables) {
            turn(writers, first, turnSeconds, first == failing ? () -> TableSwap.swap(data, name(failing)) : () -> {});
            System.out.printf(
                    Locale.ROOT,
                    "%8.0f %,12.0f %14.0f %,10d %12.0f%n",
                    secondsSince(started),
                    rowsOfTurn / (double) turnSeconds,
                    figures.sum("write_buckets", "openBuckets"),
                    figures.heapMb(),
                    figures.sum("", "catalogQueriesPerSecond"));
        }
        writers.shutdown();
        System.out.printf(
                Locale.ROOT,
                "%,.0f rows/s acked, %.2f CPU-s a million rows; ack to visible p50 %,d ms, p99 %,d ms (%d looks)%n",
                ackedRows.get() / secondsSince(started),
                ProcessCost.of(floe.handle()).cpuSecondsSince(cost) / (ackedRows.get() / 1e6),
                percentile(0.5),
                percentile(0.99),
                latencies.size());
        return resumed(data, failing) && complete();
    }

    /** Writes the tables from one on for some seconds; half way through something happens. */
    private void turn(ExecutorService writers, int first, int turnSeconds, Runnable halfWay) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(turnSeconds);
        long before = ackedRows.get();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < active; i++) {
            int table = (first + i) % tables;
            running.add(writers.submit(() -> write(table, until)));
        }
        TimeUnit.MILLISECONDS.sleep(turnSeconds * 500L);
        halfWay.run();
        for (Future<?> writer : running) {
            writer.get();
        }
        rowsOfTurn = ackedRows.get() - before;
    }

    private void write(int table, long until) {
        WorkloadE workload = new WorkloadE(table * 1_000L + rowsSent[table]);
        try (TableWriter writer = client.writer(name(table))) {
            for (int batch = 1; System.nanoTime() < until; batch++) {
                WorkloadE.Rows rows = workload.next(BATCH_ROWS);
                Ack ack = writer.append(rows.columnar(), Operation.DEFAULT).join();
                rowsSent[table] += BATCH_ROWS;
                for (long key : rows.entityId) {
                    keys[table].set((int) key);
                }
                ackedRows.addAndGet(BATCH_ROWS);
                if (batch % LOOK_EVERY == 0 && table != active) {
                    look(table, ack);
                }
            }
        }
    }

    private void look(int table, Ack ack) {
        // a tenant has a limit of queries
        looking.acquireUninterruptibly();
        long acked = System.nanoTime();
        client.query(Query.of("SELECT 1 FROM " + name(table) + " LIMIT 1").at(new ReadAt.Containing(ack.token())))
                .close();
        latencies.add((System.nanoTime() - acked) / 1_000_000);
        looking.release();
    }

    /** Mends the failed table, resumes it, and waits until it has all of its rows. */
    private boolean resumed(Path data, int failing) throws Exception {
        TableInfo broken = client.catalog().describeTable("", name(failing));
        System.out.println("the swapped table: "
                + broken.suspension()
                        .map(why -> why.code() + ", " + why.message())
                        .orElse("not suspended"));
        if (broken.suspension().isEmpty()) {
            return false;
        }
        TableSwap.mend(data, name(failing), broken.id().toString());
        long resumed = System.nanoTime();
        client.catalog().resumeTable("", name(failing), "");
        while (!hasAll(failing) && secondsSince(resumed) < RESUME_SECONDS_MAX) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        System.out.printf(Locale.ROOT, "resumed: complete after %.1f s%n", secondsSince(resumed));
        return true;
    }

    /** True where every table has its rows: all of them, or one a key. */
    private boolean complete() throws InterruptedException {
        int wrong = 0;
        for (int table = 0; table < tables; table++) {
            long waiting = System.nanoTime();
            while (!hasAll(table) && secondsSince(waiting) < COMPLETE_SECONDS_MAX) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            wrong += hasAll(table) ? 0 : 1;
        }
        System.out.printf("%d tables, %d of them without all of their rows%n", tables, wrong);
        return wrong == 0;
    }

    private boolean hasAll(int table) {
        long expected = isKeyed(table) ? keys[table].cardinality() : rowsSent[table];
        try (QueryRows rows = client.query("SELECT COUNT(*) FROM " + name(table))) {
            return expected == (Long) Objects.requireNonNull(rows.all().get(0).value(0));
        }
    }

    private static boolean isKeyed(int table) {
        return table % 2 == 0;
    }

    private long percentile(double share) {
        List<Long> sorted = latencies.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
    }

    private static String name(int table) {
        return "t" + table;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
