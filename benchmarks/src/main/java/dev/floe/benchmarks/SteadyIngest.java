package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Rows of workload E into a table, so many a second in batches of {@value #BATCH_ROWS}, until it is closed. */
final class SteadyIngest implements AutoCloseable {
    private static final int BATCH_ROWS = 1_000;
    /** Mean distance of two rows' times in workload E. */
    private static final long MICROS_A_ROW = 10_000;

    private final TableWriter writer;
    private final int rowsASecond;
    private final WorkloadE workload = new WorkloadE(1);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
    private final AtomicLong acked = new AtomicLong();
    private volatile long newestMicros;
    private volatile @Nullable RuntimeException failure;
    private @Nullable ScheduledFuture<?> sending;

    private SteadyIngest(TableWriter writer, int rowsASecond) {
        this.writer = writer;
        this.rowsASecond = rowsASecond;
    }

    static SteadyIngest start(FloeClient client, String table, int rowsASecond) {
        SteadyIngest ingest = new SteadyIngest(client.writer(table), rowsASecond);
        ingest.send();
        long period = TimeUnit.SECONDS.toNanos(1) * BATCH_ROWS / rowsASecond;
        ingest.sending = ingest.clock.scheduleAtFixedRate(ingest::sendNext, 0, period, TimeUnit.NANOSECONDS);
        return ingest;
    }

    private void sendNext() {
        try {
            send();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private void send() {
        WorkloadE.Rows rows = workload.next(BATCH_ROWS);
        newestMicros = rows.ts[BATCH_ROWS - 1];
        inFlight.add(writer.append(rows.columnar(), Operation.UPSERT));
        while (!inFlight.isEmpty() && inFlight.element().isDone()) {
            acked.addAndGet(inFlight.remove().join().rowsStored());
        }
    }

    /** Rows acked so far. */
    long acked() {
        RuntimeException known = failure;
        if (known != null) {
            throw known;
        }
        return acked.get();
    }

    /** The time of the newest row sent. */
    long newestMicros() {
        return newestMicros;
    }

    /** By how much the rows' time moves on in a second. */
    long microsASecond() {
        return rowsASecond * MICROS_A_ROW;
    }

    @Override
    public void close() {
        if (sending != null) {
            sending.cancel(false);
        }
        clock.shutdownNow();
        writer.close();
    }
}
