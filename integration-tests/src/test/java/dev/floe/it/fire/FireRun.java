package dev.floe.it.fire;

import dev.floe.client.FloeClient;
import dev.floe.client.ReadAt;
import dev.floe.it.RawCatalog;
import dev.floe.it.StandaloneProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;

/**
 * Tellers that change accounts at a rate, and readers of every kind beside them, until the time is over.
 *
 * <pre>
 *   Teller ─► gateway ─► log ─┬─► job ─► snapshots ─► Traveller ─┐
 *      │                      └─► tail ────────────► Session ───┤
 *      └──────────────────────► Books ◄─────────────────────────┘
 * </pre>
 *
 * @param kept how long the server keeps snapshots
 */
record FireRun(int accountsPerLedger, int rowsPerSecond, Duration kept, long seed) {
    private static final int SESSIONS = 4;
    /** So many questions of each reader have all kinds among them. */
    private static final int ASKS_MIN = 8;

    private static final Duration LAST_ACK_MAX = Duration.ofMinutes(1);
    private static final Duration COMPACTION_EVERY = Duration.ofSeconds(20);

    /**
     * What readers found, over so many batches of each writer.
     *
     * @param snapshotsRead snapshots that were read whole
     * @param merges of the snapshots that are left at the end, those that took files away
     */
    record Outcome(Findings findings, long batches, int snapshotsRead, long merges) {
        String summary() {
            return String.format(
                    "%,d batches of each writer, %,d snapshots read, %,d merges among those left%n%s",
                    batches, snapshotsRead, merges, findings.summary());
        }
    }

    /** Runs a server in a folder, which stays there. */
    Outcome run(Path folder, Duration time) throws IOException, SQLException {
        Files.createDirectories(folder);
        Path data = folder.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.startLasting(
                data,
                "--set",
                "ingest.commit-interval=300ms",
                "--set",
                "maintenance.interval=1s",
                "--set",
                "maintenance.snapshot-age=" + kept.toSeconds() + "s",
                "--set",
                "maintenance.snapshots-min=2")) {
            return run(floe, data, time);
        }
    }

    private Outcome run(StandaloneProcess floe, Path data, Duration time) throws SQLException {
        Findings findings = new Findings();
        Books books = new Books(new Accounts(accountsPerLedger));
        List<Teller> tellers = new ArrayList<>();
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(Accounts.WRITERS + 1);
        try (FloeClient client = floe.client();
                Connection connection =
                        DriverManager.getConnection("jdbc:floe://" + floe.endpoint("jdbc"), "any", floe.adminKey())) {
            client.catalog().createTable("", Accounts.table(), false);
            for (int writer = 0; writer < Accounts.WRITERS; writer++) {
                tellers.add(new Teller(books, findings, writer, client, seed + writer));
            }
            tellers.forEach(Teller::open);
            Scene scene = new Scene(books, new Snapshots(), tellers, findings, seed);
            List<ScheduledFuture<?>> scheduled = schedule(clock, tellers, client, findings);
            Service grpc = Service.of(client);
            List<Runnable> readers = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                readers.add(new Session(scene, "gRPC", grpc, client, i * ASKS_MIN)::ask);
            }
            readers.add(new Session(scene, "JDBC", Service.of(connection), null, 0)::ask);
            readers.add(new Traveller(scene, grpc, kept)::ask);
            readUntil(System.nanoTime() + time.toNanos(), readers, findings);
            scheduled.forEach(work -> work.cancel(false));
            clock.shutdown();
            requireTheEnd(clock, books, tellers, grpc, findings);
            return new Outcome(findings, books.made()[0], scene.snapshots().size(), merges(data));
        } finally {
            clock.shutdownNow();
        }
    }

    private static long merges(Path data) {
        return RawCatalog.with(data, catalog -> {
            Iterable<Snapshot> left =
                    catalog.loadTable(RawCatalog.name(Accounts.TABLE)).snapshots();
            return StreamSupport.stream(left.spliterator(), false)
                    .filter(snapshot -> snapshot.summary().containsKey("deleted-data-files"))
                    .count();
        });
    }

    private List<ScheduledFuture<?>> schedule(
            ScheduledExecutorService clock, List<Teller> tellers, FloeClient client, Findings findings) {
        long period = 1_000_000_000L * Teller.ROWS_A_LEDGER * Accounts.LEDGERS / rowsPerSecond;
        long merges = COMPACTION_EVERY.toNanos();
        List<ScheduledFuture<?>> scheduled = new ArrayList<>();
        for (Teller teller : tellers) {
            scheduled.add(
                    clock.scheduleAtFixedRate(guarded(findings, teller::transfer), 0, period, TimeUnit.NANOSECONDS));
        }
        scheduled.add(clock.scheduleAtFixedRate(
                guarded(findings, () -> client.catalog().compactTable("", Accounts.TABLE)),
                merges,
                merges,
                TimeUnit.NANOSECONDS));
        return scheduled;
    }

    private static void readUntil(long end, List<Runnable> readers, Findings findings) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < readers.size(); i++) {
            Runnable reader = guarded(findings, readers.get(i));
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            for (int asked = 0; asked < ASKS_MIN || System.nanoTime() < end; asked++) {
                                reader.run();
                                if (!findings.violations().isEmpty()) {
                                    break;
                                }
                            }
                        } finally {
                            done.complete(null);
                        }
                    },
                    "reader-" + i);
            thread.setDaemon(true);
            thread.start();
            running.add(done);
        }
        running.forEach(CompletableFuture::join);
    }

    /** Nothing is on its way any more: a read at latest has exactly all batches. */
    private static void requireTheEnd(
            ScheduledExecutorService clock, Books books, List<Teller> tellers, Service service, Findings findings)
            throws SQLException {
        try {
            if (!clock.awaitTermination(LAST_ACK_MAX.toSeconds(), TimeUnit.SECONDS)) {
                findings.violation("batches don't get their acks");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tellers.forEach(Teller::settle);
        tellers.forEach(Teller::close);
        requireRows(books, service, new ReadAt.Latest(), books.made(), findings);
        for (Teller teller : tellers) {
            Teller.Acked acked = Objects.requireNonNull(teller.newest());
            int[] floors = Books.floorsOf(acked.writer(), books.made()[Accounts.ledger(acked.writer(), 0)]);
            requireRows(books, service, new ReadAt.Containing(acked.token()), floors, findings);
        }
    }

    private static void requireRows(Books books, Service service, ReadAt cut, int[] floors, Findings findings)
            throws SQLException {
        Answer answer = new Answer(books.accounts());
        service.query(Session.ROWS, List.of(), cut).rows().forEach(answer::add);
        books.check(answer, Books.Scope.ALL, floors)
                .wrong()
                .forEach(what -> findings.violation("at the end, " + cut + ": " + what));
    }

    /** What a thread of the run may not do is end without a word. */
    private static Runnable guarded(Findings findings, Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                findings.violation(Thread.currentThread().getName() + " ends: " + e);
                throw e;
            }
        };
    }
}
