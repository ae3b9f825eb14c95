package dev.floe.benchmarks;

import dev.floe.client.FloeClient;
import dev.floe.client.QueryRows;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Ten clients at once, each with queries that want more memory than all have: they finish or are refused.
 *
 * <p>Each query runs alone first. With others beside it, its answer has to be the same, or an error that says what is
 * lacking; anything else ends the run, as does a server that is gone. Floe's scans have 1 GB together.
 *
 * <p>Arguments: rows (10,000,000), rounds (3).
 */
public final class Pressure {
    private static final int CLIENTS = 10;
    private static final Set<ErrorCode> REFUSALS =
            Set.of(ErrorCode.QUERY_MEMORY_EXCEEDED, ErrorCode.OVERLOADED, ErrorCode.QUERY_TIMEOUT);

    private static final List<String> QUERIES = List.of(
            "SELECT payload, entity_id, COUNT(*) AS n FROM events GROUP BY payload, entity_id"
                    + " ORDER BY n DESC, entity_id, payload LIMIT 10",
            "SELECT COUNT(*) FROM (SELECT DISTINCT payload, entity_id, ts FROM events) AS t",
            "SELECT COUNT(*) FROM events AS a JOIN events AS b ON a.entity_id = b.entity_id AND a.ts = b.ts",
            "SELECT MAX(r) FROM (SELECT ROW_NUMBER() OVER (PARTITION BY country ORDER BY amount, entity_id) AS r"
                    + " FROM events) AS t",
            "SELECT entity_id, payload FROM events ORDER BY payload, entity_id LIMIT 1000");

    private Pressure() {}

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess server = FloeProcess.start(home, data, "sql.scan-memory-max=1GB");
                FloeClient client = FloeClient.connect(server.target(), server.adminKey())) {
            new ScanTables(client, data).fill(rows);
            List<String> alone = new ArrayList<>();
            for (String query : QUERIES) {
                long began = System.nanoTime();
                String answer = answer(client, query);
                alone.add(answer);
                System.out.printf(
                        Locale.ROOT,
                        "alone, %.1f s: %s%n    %s%n",
                        (System.nanoTime() - began) / 1e9,
                        query,
                        answer.length() > 100 ? answer.substring(0, 100) + "..." : answer);
            }
            Map<String, Integer> outcomes = new TreeMap<>();
            long began = System.nanoTime();
            for (int round = 0; round < rounds; round++) {
                together(server, alone, round).forEach(outcome -> outcomes.merge(outcome, 1, Integer::sum));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d rounds of %d clients, %.1f s: %s; at most %,d MB resident, broker and all%n",
                    rounds,
                    CLIENTS,
                    (System.nanoTime() - began) / 1e9,
                    outcomes,
                    ProcessCost.of(server.handle()).peakMemoryMb());
            if (!server.handle().isAlive() || !answer(client, QUERIES.get(0)).equals(alone.get(0))) {
                throw new IllegalStateException("the server does not answer as before");
            }
            System.out.println("the server answers as before");
        }
    }

    private static List<String> together(FloeProcess server, List<String> alone, int round) {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<CompletableFuture<String>> outcomes = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int query = (client + round) % QUERIES.size();
                outcomes.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (FloeClient own = FloeClient.connect(server.target(), server.adminKey())) {
                                return outcome(alone.get(query), answer(own, QUERIES.get(query)));
                            }
                        },
                        clients));
            }
            return outcomes.stream().map(CompletableFuture::join).toList();
        } finally {
            clients.shutdownNow();
        }
    }

    private static String outcome(String expected, String answer) {
        boolean refused = REFUSALS.stream().anyMatch(code -> answer.startsWith(code.name()));
        if (!refused && !answer.equals(expected)) {
            throw new IllegalStateException("alone the answer was " + expected + " and is now " + answer);
        }
        return refused ? answer.substring(0, answer.indexOf(' ')) : "finished";
    }

    /** All rows as text, or the code and message of a refusal. */
    private static String answer(FloeClient client, String query) {
        StringBuilder text = new StringBuilder();
        try (QueryRows rows = client.query(query)) {
            while (rows.hasNext()) {
                text.append(Arrays.toString(rows.next().values()));
            }
            return text.toString();
        } catch (FloeException e) {
            if (!REFUSALS.contains(e.code())) {
                throw e;
            }
            return e.code().name() + " " + e.message();
        }
    }
}
