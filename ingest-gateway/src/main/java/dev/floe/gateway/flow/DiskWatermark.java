package dev.floe.gateway.flow;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses batches while the log's disk is nearly full.
 *
 * <p>A broker halts its process when a write finds no space, so writers must stop before. Free space is measured at
 * most every 250 ms; between two looks the gateway can't write more than what it has in flight, so the watermark must
 * be well above that.
 */
public final class DiskWatermark {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatermark.class);
    private static final long LOOK_NANOS = 250_000_000;
    private static final long RETRY_MILLIS = 5_000;
    private static final DiskWatermark NONE = new DiskWatermark(() -> Long.MAX_VALUE, 0, System::nanoTime);

    private final LongSupplier freeBytes;
    private final long freeBytesMin;
    private final LongSupplier nanoTime;
    private final AtomicLong lookedAt;
    private volatile long lastFreeBytes = Long.MAX_VALUE;
    private volatile boolean full;

    DiskWatermark(LongSupplier freeBytes, long freeBytesMin, LongSupplier nanoTime) {
        this.freeBytes = freeBytes;
        this.freeBytesMin = freeBytesMin;
        this.nanoTime = nanoTime;
        this.lookedAt = new AtomicLong(nanoTime.getAsLong() - LOOK_NANOS);
    }

    /** Watches the disk that holds a folder. */
    public static DiskWatermark of(Path folder, long freeBytesMin) {
        return new DiskWatermark(() -> usable(folder), freeBytesMin, System::nanoTime);
    }

    /** Never refuses: the log is on other machines. */
    public static DiskWatermark none() {
        return NONE;
    }

    /** Throws DISK_FULL below the watermark. */
    public void check() {
        look();
        if (full) {
            throw new FloeException(
                            ErrorCode.DISK_FULL,
                            "the log's disk has " + lastFreeBytes + " bytes left, fewer than the " + freeBytesMin
                                    + " that must stay free")
                    .advise("free space on the disk or lower ingest.disk-free-min, then send again")
                    .retryAfter(RETRY_MILLIS);
        }
    }

    /** True while batches are refused. */
    public boolean isFull() {
        look();
        return full;
    }

    private void look() {
        long now = nanoTime.getAsLong();
        long last = lookedAt.get();
        if (now - last < LOOK_NANOS || !lookedAt.compareAndSet(last, now)) {
            return;
        }
        long free = freeBytes.getAsLong();
        boolean nowFull = free < freeBytesMin;
        lastFreeBytes = free;
        if (nowFull != full) {
            if (nowFull) {
                LOG.error("disk is nearly full, batches are refused freeBytes={} freeBytesMin={}", free, freeBytesMin);
            } else {
                LOG.info("disk has space again, batches are accepted freeBytes={}", free);
            }
        }
        full = nowFull;
    }

    private static long usable(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            LOG.warn("free space of the log's disk is unknown folder={}", folder, e);
            return Long.MAX_VALUE;
        }
    }
}
