package dev.floe.gateway;

import dev.floe.catalog.table.TableSuspensions;
import dev.floe.catalog.table.Tables;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.ConvertLimits;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.log.EntryLog;
import dev.floe.gateway.rpc.IngestEndpoint;
import dev.floe.gateway.stream.StreamLog;
import dev.floe.gateway.write.BatchWriter;
import dev.floe.gateway.write.Coalescer;
import dev.floe.gateway.write.LocalWriter;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest gateway: everything between the gRPC server and the log.
 *
 * <pre>
 *   gRPC ─► IngestEndpoint ─► AppendStream ─► ByteBudget ─► BatchWriter ─► Coalescer ─► EntryLog
 *                                                            │  BatchConverter, Entries
 *                           │                                └─ DiskWatermark, Tables
 *                           └─► StreamSession ─► StreamLog
 * </pre>
 *
 * <p>Owns the logs it is given: starts them and closes them.
 */
public final class IngestGateway implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(IngestGateway.class);
    private static final int WAITING_THREADS = 2;
    private static final long DRAIN_LOOK_MILLIS = 10;

    private final LostEntries lost;
    private final EntryLog log;
    private final StreamLog streams;
    private final DiskWatermark disk;
    private final ExecutorService waiting;
    private final ByteBudget budget;
    private final Coalescer coalescer;
    private final BatchWriter writer;
    private final LocalWriter local;
    private final IngestEndpoint endpoint;
    private final GatewayCounters counters = new GatewayCounters();
    private volatile boolean serving;

    /** {@code disk} watches the log's disk where that is this machine's. */
    public IngestGateway(
            Tables tables,
            TableSuspensions suspensions,
            EntryLog log,
            StreamLog streams,
            DiskWatermark disk,
            GatewaySettings settings) {
        this.lost = new LostEntries(tables, suspensions, log, streams);
        this.log = log;
        this.streams = streams;
        this.disk = disk;
        this.waiting = threads();
        this.budget = new ByteBudget(settings.inFlightBytesMax(), waiting);
        ConvertLimits limits = new ConvertLimits(
                settings.batchRowsMax(), settings.batchBytesMax(), settings.columnsMax(), settings.valueDepthMax());
        this.coalescer = new Coalescer(log, settings.coalesce(), counters);
        this.writer =
                new BatchWriter(tables, new BatchConverter(limits), log.entryBytesMax(), coalescer, disk, counters);
        this.local = new LocalWriter(writer, budget);
        this.endpoint = new IngestEndpoint(writer, budget, settings.streamInFlightBytesMax(), tables, streams, waiting);
    }

    @Override
    public String name() {
        return "ingest-gateway";
    }

    @Override
    public void start() {
        log.start();
        streams.start();
        lost.look();
        serving = true;
    }

    /** The service to be put behind a gRPC server that authenticates. */
    public BindableService service() {
        return endpoint;
    }

    /** For callers in this process. */
    public LocalWriter local() {
        return local;
    }

    public GatewayCounters.Snapshot counters() {
        return counters.snapshot();
    }

    @Override
    public Health health() {
        if (!serving) {
            return Health.down("not serving");
        }
        if (disk.isFull()) {
            return Health.down("the log's disk is nearly full");
        }
        Health health = log.health();
        return health.equals(Health.OK) ? streams.health() : health;
    }

    /**
     * Refuses what comes, answers what is there and ends the streams; true where all of it was done in time.
     *
     * <p>A stream that ends so was told SHUTTING_DOWN, and has an answer for every batch that was stored.
     */
    public boolean drain(Duration limit) {
        serving = false;
        writer.stop();
        endpoint.drain();
        long deadline = System.nanoTime() + limit.toNanos();
        while (writer.inFlight() > 0 || endpoint.streamCount() > 0) {
            if (System.nanoTime() - deadline > 0 || !paused()) {
                LOG.warn("not drained in time batches={} streams={}", writer.inFlight(), endpoint.streamCount());
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        serving = false;
        writer.stop();
        endpoint.drain();
        coalescer.flush();
        streams.close();
        log.close();
        coalescer.close();
        waiting.shutdown();
    }

    private static boolean paused() {
        try {
            TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Handles batches that had to wait for the budget. */
    private static ExecutorService threads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                WAITING_THREADS, WAITING_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "ingest-waiting-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
