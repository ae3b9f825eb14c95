package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Rows of workload E from a Java client through gateway, log and job until they are visible, beside two peers, the
 * stock pipeline and Paimon.
 *
 * <p>Floe runs in a process of its own ({@code ./floe standalone}), so that the client's CPU time is not counted. The
 * peers read the same rows as JSON from a broker of the same version; their CPU time leaves the broker out, Floe's has
 * it in. {@code -Dpipelines=upsert,append,stock,paimon} chooses what runs.
 */
public final class EndToEnd {
    private static final long SEED = 42;
    private static final int IN_FLIGHT_MAX = 64;
    /** Last batches whose tokens are waited for: together they reach every bucket. */
    private static final int LAST_TOKENS = 8;

    private static final String TOPIC = "json-events";
    /** As in the stock pipeline. */
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(5);

    private final int rows;
    private final int batchRows;

    private EndToEnd(int rows, int batchRows) {
        this.rows = rows;
        this.batchRows = batchRows;
    }

    /** What a run took. */
    record Result(String what, long rows, double seconds, double cpuSeconds, long peakMemoryMb) {
        double rowsPerSecond() {
            return rows / seconds;
        }

        double cpuPerMillion() {
            return cpuSeconds / (rows / 1e6);
        }
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 5_000_000;
        int batchRows = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        Path folder = Files.createTempDirectory("floe-benchmark-");
        int warmUpRows = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        List<String> pipelines = List.of(
                System.getProperty("pipelines", "upsert,append,stock,paimon").split(","));
        EndToEnd benchmark = new EndToEnd(rows, batchRows);
        List<Result> results = new ArrayList<>();
        try (FloeProcess floe = FloeProcess.start(home, folder.resolve("floe"))) {
            for (String mode : List.of("upsert", "append")) {
                boolean upsert = mode.equals("upsert");
                if (pipelines.contains(mode) && warmUpRows > 0) {
                    new EndToEnd(warmUpRows, batchRows).throughFloe(floe, upsert, "warm_up_" + mode);
                }
                if (pipelines.contains(mode)) {
                    results.add(benchmark.throughFloe(floe, upsert, "bench_" + mode));
                }
            }
            results.addAll(benchmark.throughPeers(pipelines, home, folder, floe.brokers()));
        }
        print(results);
    }

    /** Runs the peers that are asked for and built, one after the other. */
    private List<Result> throughPeers(List<String> pipelines, Path home, Path folder, String brokers)
            throws IOException, InterruptedException {
        StockProcess stock = new StockProcess(home, folder);
        PaimonProcess paimon = new PaimonProcess(home, folder, brokers);
        boolean withStock = wanted("stock", pipelines, stock.isBuilt());
        boolean withPaimon = wanted("paimon", pipelines, paimon.isBuilt());
        List<Result> results = new ArrayList<>();
        if (!withStock && !withPaimon) {
            return results;
        }
        int keys = produceJson(brokers, TOPIC);
        if (withStock) {
            results.add(stock.run(brokers, TOPIC, true));
            results.add(stock.run(brokers, TOPIC, false));
        }
        if (withPaimon) {
            TableSpec table = WorkloadE.table("events", true);
            for (PaimonProcess.Mode mode : PaimonProcess.Mode.values()) {
                long live = mode == PaimonProcess.Mode.APPEND ? rows : keys;
                results.add(paimon.run(TOPIC, table, mode, BETWEEN_CHECKPOINTS, live)
                        .of(rows));
            }
        }
        return results;
    }

    private static boolean wanted(String peer, List<String> pipelines, boolean built) {
        if (!pipelines.contains(peer)) {
            System.out.println("without " + peer + ", as asked");
            return false;
        }
        if (!built) {
            System.out.println("no " + peer + " here: build it with -Ppeers to compare");
        }
        return built;
    }

    private Result throughFloe(FloeProcess floe, boolean upsert, String table) {
        WorkloadE workload = new WorkloadE(SEED);
        try (FloeClient client = FloeClient.connect(floe.target(), floe.adminKey())) {
            client.catalog().createTable("", WorkloadE.table(table, upsert), false);
            ProcessCost before = ProcessCost.of(floe.handle());
            List<Long> ackMicros = new ArrayList<>();
            long started = System.nanoTime();
            List<Token> lastTokens = send(client, table, upsert, workload, ackMicros);
            double ackedSeconds = (System.nanoTime() - started) / 1e9;
            awaitVisible(client, table, lastTokens);
            double seconds = (System.nanoTime() - started) / 1e9;
            ProcessCost after = ProcessCost.of(floe.handle());
            long counted = count(client, table);
            long[] sorted =
                    ackMicros.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d rows sent, acked in %.1f s (%,.0f rows/s), ack p50 %.1f ms p99 %.1f ms, visible after"
                            + " %.1f s, count(*) = %,d%n",
                    table,
                    rows,
                    ackedSeconds,
                    rows / ackedSeconds,
                    percentile(sorted, 0.5) / 1e3,
                    percentile(sorted, 0.99) / 1e3,
                    seconds,
                    counted);
            return new Result(
                    "floe " + (upsert ? "upsert" : "append"),
                    rows,
                    seconds,
                    after.cpuSecondsSince(before),
                    after.peakMemoryMb());
        }
    }

    /** Sends all rows; returns the tokens of the last batches, which reach every bucket. */
    private List<Token> send(
            FloeClient client, String table, boolean upsert, WorkloadE workload, List<Long> ackMicros) {
        Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
        List<Token> lastTokens = new ArrayList<>();
        try (TableWriter writer = client.writer(table)) {
            for (int sent = 0; sent < rows; sent += batchRows) {
                WorkloadE.Rows batch = workload.next(Math.min(batchRows, rows - sent));
                long at = System.nanoTime();
                inFlight.add(writer.append(batch.columnar(), upsert ? Operation.UPSERT : Operation.APPEND)
                        .thenApply(ack -> {
                            synchronized (ackMicros) {
                                ackMicros.add((System.nanoTime() - at) / 1_000);
                            }
                            return ack;
                        }));
                if (inFlight.size() > IN_FLIGHT_MAX) {
                    stored(inFlight.remove());
                }
            }
            while (!inFlight.isEmpty()) {
                lastTokens.add(stored(inFlight.remove()));
            }
        }
        return lastTokens.subList(Math.max(0, lastTokens.size() - LAST_TOKENS), lastTokens.size());
    }

    private static Token stored(CompletableFuture<Ack> pending) {
        Ack ack = pending.join();
        if (ack.rowsRefused() > 0) {
            throw ack.rowErrors().get(0);
        }
        return ack.token();
    }

    /** Returns when reads see what the last batches wrote: a read at a token waits for it. */
    private static void awaitVisible(FloeClient client, String table, List<Token> lastTokens) {
        for (Token token : lastTokens) {
            client.query(Query.of("SELECT 1 FROM " + table + " LIMIT 1").at(new ReadAt.Containing(token)))
                    .close();
        }
    }

    private static long count(FloeClient client, String table) {
        try (QueryRows found = client.query("SELECT COUNT(*) FROM " + table)) {
            return ((Number) Objects.requireNonNull(found.next().value(0))).longValue();
        }
    }

    /** Sends all rows as JSON; returns how many keys they have. */
    private int produceJson(String brokers, String topic) {
        BitSet keys = new BitSet(WorkloadE.KEYS);
        WorkloadE workload = new WorkloadE(SEED);
        try (JsonTopic log = JsonTopic.create(brokers, topic)) {
            for (int sent = 0; sent < rows; sent += batchRows) {
                WorkloadE.Rows batch = workload.next(Math.min(batchRows, rows - sent));
                for (int row = 0; row < batch.count; row++) {
                    log.send(Long.toString(batch.entityId[row]), batch.json(row));
                    keys.set((int) batch.entityId[row]);
                }
            }
        }
        return keys.cardinality();
    }

    private static double percentile(long[] sorted, double fraction) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * fraction))];
    }

    private static void print(List<Result> results) {
        System.out.printf("%n%-21s %14s %10s %12s %10s%n", "pipeline", "rows/s", "CPU-s/M", "seconds", "peak MB");
        for (Result result : results) {
            System.out.printf(
                    Locale.ROOT,
                    "%-21s %,14.0f %10.2f %12.1f %,10d%n",
                    result.what(),
                    result.rowsPerSecond(),
                    result.cpuPerMillion(),
                    result.seconds(),
                    result.peakMemoryMb());
        }
        for (String mode : List.of("upsert", "append")) {
            results.stream()
                    .filter(r -> r.what().equals("floe " + mode))
                    .forEach(floe -> results.stream()
                            .filter(r -> !r.equals(floe) && r.what().endsWith(" " + mode))
                            .forEach(peer -> printRatios(mode, floe, peer)));
        }
    }

    private static void printRatios(String mode, Result floe, Result peer) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f times the rows/s, %.1f times less CPU a row than %s%n",
                mode,
                floe.rowsPerSecond() / peer.rowsPerSecond(),
                peer.cpuPerMillion() / floe.cpuPerMillion(),
                peer.what().substring(0, peer.what().lastIndexOf(' ')));
    }
}
