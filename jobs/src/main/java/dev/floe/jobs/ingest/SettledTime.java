package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.core.error.FloeException;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the catalog up to when files of writers are in the tables or of no use.
 *
 * <p>That is the moment when a checkpoint began whose changes, and those of all before it, are committed or void: a
 * writer hands over what it wrote before it lets the barrier pass. Maintenance removes no file that is younger. Where
 * this job is not heard of any more, it removes none. For the committer's thread.
 */
final class SettledTime {
    private static final Logger LOG = LoggerFactory.getLogger(SettledTime.class);
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Catalog catalog;
    private final long epoch;
    private final TreeMap<Long, Long> begunMillis = new TreeMap<>();
    private long saidNanos = System.nanoTime() - EVERY_NANOS;

    SettledTime(Catalog catalog, long epoch) {
        this.catalog = catalog;
        this.epoch = epoch;
    }

    /** A checkpoint's barrier is through; it began at a time, by the clock of who triggers checkpoints. */
    void begun(long checkpointId, long millis) {
        begunMillis.put(checkpointId, millis);
    }

    /** A checkpoint is complete, and all of it and of those before it is committed or void, or not. */
    void completed(long checkpointId, boolean settled) {
        Long began = begunMillis.get(checkpointId);
        begunMillis.headMap(checkpointId, true).clear();
        if (began == null || !settled || System.nanoTime() - saidNanos < EVERY_NANOS) {
            return;
        }
        try {
            catalog.settle(epoch, Instant.ofEpochMilli(began));
            saidNanos = System.nanoTime();
        } catch (FloeException e) {
            LOG.warn("what is settled can't be told: checkpoint={} code={}", checkpointId, e.code());
        }
    }
}
