package dev.floe.benchmarks;

import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.QueryRows;
import dev.floe.client.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How soon after its ack a row is in an answer, with ingest into the same table beside it.
 *
 * <p>A probe is a row with a key of its own. The moment its ack is there, one query is sent at latest; the figure is
 * the time from the ack to that query's answer, which has to have the row. A read at latest waits until the log has
 * been followed to where it ended when the read began, so that the first query is always the one that sees the row, and
 * its latency is the freshness. Probes ask in turn by {@code Get}, by SQL with the key, and by SQL that counts the rows
 * of the last {@value #RECENT_SECONDS} seconds of ingest.
 *
 * <p>Arguments: rows a second (50,000), seconds (60), seconds to warm up (30).
 */
public final class Freshness {
    private static final String TABLE = "fresh";
    private static final int RECENT_SECONDS = 2;
    private static final List<String> FORMS = List.of("Get", "SQL by key", "SQL, recent rows");

    private final FloeClient client;
    private final SteadyIngest ingest;
    private final List<AckTimes> visible = List.of(new AckTimes(), new AckTimes(), new AckTimes());
    private final AckTimes acks = new AckTimes();
    private long probes;
    private long counted;

    private Freshness(FloeClient client, SteadyIngest ingest) {
        this.client = client;
        this.ingest = ingest;
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rowsASecond = args.length > 0 ? Integer.parseInt(args[0]) : 50_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        int warmUp = args.length > 2 ? Integer.parseInt(args[2]) : 30;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess floe = FloeProcess.start(home, data);
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey());
                FloeClient feeding = FloeClient.connect(floe.target(), floe.adminKey())) {
            client.catalog().createTable("", WorkloadE.table(TABLE, true), false);
            try (SteadyIngest ingest = SteadyIngest.start(feeding, TABLE, rowsASecond)) {
                new Freshness(client, ingest).run(seconds, warmUp);
            }
        }
    }

    private void run(int seconds, int warmUp) {
        probeUntil(System.nanoTime() + warmUp * 1_000_000_000L);
        visible.forEach(AckTimes::clear);
        acks.clear();
        counted = 0;
        long began = System.nanoTime();
        long before = ingest.acked();
        probeUntil(began + seconds * 1_000_000_000L);
        double took = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%,.0f rows/s acked beside, %,d probes; acks of probes p50 %.1f ms, p99 %.1f ms%n",
                (ingest.acked() - before) / took,
                counted,
                acks.millis(0.5),
                acks.millis(0.99));
        System.out.printf("%-20s %10s %10s%n", "ack to visible", "p50 ms", "p99 ms");
        for (int form = 0; form < FORMS.size(); form++) {
            AckTimes times = visible.get(form);
            System.out.printf(
                    Locale.ROOT, "%-20s %10.1f %10.1f%n", FORMS.get(form), times.millis(0.5), times.millis(0.99));
        }
    }

    private void probeUntil(long end) {
        while (System.nanoTime() < end) {
            probe((int) (probes % FORMS.size()), WorkloadE.KEYS + probes);
            probes++;
            counted++;
        }
    }

    private void probe(int form, long key) {
        WorkloadE.Rows row = new WorkloadE(key).next(1);
        row.entityId[0] = key;
        row.ts[0] = ingest.newestMicros();
        long sent = System.nanoTime();
        client.write(TABLE, row.columnar(), Operation.UPSERT);
        long acked = System.nanoTime();
        boolean found = switch (form) {
            case 0 -> byGet(key);
            case 1 -> bySql(key);
            default -> recent(key);
        };
        visible.get(form).add(System.nanoTime() - acked);
        acks.add(acked - sent);
        if (!found) {
            throw new IllegalStateException("probe " + key + " is acked, and " + FORMS.get(form) + " does not see it");
        }
    }

    private boolean byGet(long key) {
        Optional<Row> found = client.get(
                        KeyLookup.of(TABLE, List.of("entity_id"), List.<Object[]>of(new Object[] {key})))
                .get(0);
        return found.isPresent();
    }

    private boolean bySql(long key) {
        try (QueryRows rows = client.query("SELECT ts, amount FROM " + TABLE + " WHERE entity_id = ?", key)) {
            return rows.all().size() == 1;
        }
    }

    /** Probes have the greatest keys, so that the newest one is the greatest of all rows. */
    private boolean recent(long key) {
        long since = ingest.newestMicros() - RECENT_SECONDS * ingest.microsASecond();
        LocalDateTime from = LocalDateTime.ofEpochSecond(
                Math.floorDiv(since, 1_000_000L), (int) Math.floorMod(since, 1_000_000L) * 1_000, ZoneOffset.UTC);
        String sql = "SELECT COUNT(*), MAX(entity_id), SUM(amount) FROM " + TABLE + " WHERE ts >= ?";
        try (QueryRows rows = client.query(sql, from)) {
            return Long.valueOf(key).equals(rows.all().get(0).value(1));
        }
    }
}
