package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One measured run of acked ingest into an append table: a warm-up, then the time that counts, then the catching up.
 *
 * <p>Rows that are acked but not yet committed are counted at both ends of the measured time: a job that keeps up has
 * about as many of them at its end as at its begin.
 */
final class AckedRun {
    private final FloeProcess floe;
    private final FloeClient client;
    private final String table;
    private final AckTimes times = new AckTimes();
    private final Frontier frontier = new Frontier();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    /** Figures of the measured time, all of the server's but the seconds. */
    record Figures(
            long rows,
            double seconds,
            double cpuSeconds,
            double logBytesPerRow,
            double p50Millis,
            double p99Millis,
            long behindBefore,
            long behindAfter,
            double catchUpSeconds,
            String parts) {}

    AckedRun(FloeProcess floe, FloeClient client, String table) {
        this.floe = floe;
        this.client = client;
        this.table = table;
    }

    /** One writer that sends batches as fast as its limits in flight let it. */
    Figures batches(AckedBatches batches, boolean exactlyOnce, int warmUpSeconds, int seconds) throws Exception {
        WriterSettings settings = exactlyOnce
                ? WriterSettings.defaults()
                : WriterSettings.defaults().withoutStream();
        try (TableWriter writer = client.writer(table, settings)) {
            Thread sender = new Thread(
                    () -> {
                        while (!stopped) {
                            send(writer, batches.next());
                        }
                    },
                    "sender");
            sender.start();
            return measured(warmUpSeconds, seconds, () -> join(sender, writer));
        }
    }

    /** Many connections, each of which sends a row when one of its rows was acked. */
    Figures singleRows(int connections, int inFlight, AckedBatches rows, boolean exactlyOnce, int warmUp, int seconds)
            throws Exception {
        WriterSettings settings = exactlyOnce
                ? WriterSettings.defaults()
                : WriterSettings.defaults().withoutStream();
        List<FloeClient> clients = new ArrayList<>();
        List<TableWriter> writers = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                FloeClient one = FloeClient.connect(floe.target(), floe.adminKey());
                clients.add(one);
                writers.add(one.writer(table, settings));
            }
            for (TableWriter writer : writers) {
                for (int i = 0; i < inFlight; i++) {
                    sendOnAck(writer, rows);
                }
            }
            return measured(warmUp, seconds, () -> writers.forEach(TableWriter::flush));
        } finally {
            stopped = true;
            writers.forEach(TableWriter::close);
            clients.forEach(FloeClient::close);
        }
    }

    private void send(TableWriter writer, Batch batch) {
        long at = System.nanoTime();
        CompletableFuture<Void> unused =
                writer.append(batch, Operation.APPEND).handle((ack, thrown) -> took(at, ack, thrown));
    }

    private void sendOnAck(TableWriter writer, AckedBatches rows) {
        long at = System.nanoTime();
        CompletableFuture<Void> unused = writer.append(rows.next(), Operation.APPEND)
                .handle((ack, thrown) -> {
                    took(at, ack, thrown);
                    if (!stopped) {
                        sendOnAck(writer, rows);
                    }
                    return null;
                });
    }

    private @Nullable Void took(long at, @Nullable Ack ack, @Nullable Throwable thrown) {
        if (ack == null || thrown != null) {
            failure.compareAndSet(null, thrown);
            stopped = true;
            return null;
        }
        times.add(System.nanoTime() - at);
        frontier.add(ack);
        return null;
    }

    private interface Ending {
        void end() throws Exception;
    }

    private Figures measured(int warmUpSeconds, int seconds, Ending ending) throws Exception {
        pause(warmUpSeconds);
        long behindBefore = frontier.rows() - visible();
        times.clear();
        long logBefore = logBytes();
        ProcessCost before = ProcessCost.of(floe.handle());
        ThreadCost threadsBefore = ThreadCost.of(floe.handle());
        long rowsBefore = frontier.rows();
        long started = System.nanoTime();
        pause(seconds);
        long rows = frontier.rows() - rowsBefore;
        double took = (System.nanoTime() - started) / 1e9;
        double cpu = ProcessCost.of(floe.handle()).cpuSecondsSince(before);
        String parts = ThreadCost.of(floe.handle()).perMillion(threadsBefore, rows);
        double logBytes = (double) (logBytes() - logBefore) / rows;
        double p50 = times.millis(0.5);
        double p99 = times.millis(0.99);
        stopped = true;
        long ended = System.nanoTime();
        long behindAfter = frontier.rows() - visible();
        ending.end();
        Frontier.Mark all = Objects.requireNonNull(frontier.mark(), "nothing was acked");
        client.query(Query.of("SELECT 1 FROM " + table + " LIMIT 1").at(new ReadAt.Containing(all.token())))
                .close();
        double catchUp = (System.nanoTime() - ended) / 1e9;
        check(all.rows());
        return new Figures(rows, took, cpu, logBytes, p50, p99, behindBefore, behindAfter, catchUp, parts);
    }

    private void check(long acked) throws IOException {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a batch failed", thrown);
        }
        long found = visible();
        if (found != acked) {
            throw new IllegalStateException("acked " + acked + " rows, the table has " + found);
        }
    }

    private void pause(int seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until && !stopped) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private long visible() throws IOException {
        return FloeTables.committedRows(floe.dataFolder(), table);
    }

    private static void join(Thread sender, TableWriter writer) throws InterruptedException {
        sender.join();
        writer.flush();
    }

    /** Bytes of the entries' topic on disk. */
    private long logBytes() throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> partitions =
                Files.newDirectoryStream(floe.dataFolder().resolve("kafka"), "floe.log-[0-9]*")) {
            for (Path partition : partitions) {
                try (DirectoryStream<Path> segments = Files.newDirectoryStream(partition, "*.log")) {
                    for (Path segment : segments) {
                        bytes += Files.size(segment);
                    }
                }
            }
        }
        return bytes;
    }
}
