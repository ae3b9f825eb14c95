package dev.floe.sql.tail;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The question where the log ends, and how far it was followed when that was asked.
 *
 * <p>A cut that was taken after the question has what was followed by then. So where the answer is no further, the cut
 * has every entry that was stored before the question was put.
 */
public final class AskedEnd {
    private final Set<Integer> partitions;
    private final long[] followed;
    private final CompletableFuture<long[]> ends;

    AskedEnd(Set<Integer> partitions, long[] followed, CompletableFuture<long[]> ends) {
        this.partitions = Set.copyOf(partitions);
        this.followed = followed;
        this.ends = ends;
    }

    Set<Integer> partitions() {
        return partitions;
    }

    /** Waits for the answer: whether all was followed when it was asked for. Throws LOG_UNAVAILABLE. */
    public boolean wasFollowed(long deadlineNanos) {
        long[] wanted = answer(deadlineNanos);
        return partitions.stream().allMatch(partition -> wanted[partition] <= followed[partition]);
    }

    /** The next offset of each partition. Throws LOG_UNAVAILABLE, also at the deadline. */
    long[] answer(long deadlineNanos) {
        try {
            return ends.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log does not say where it ends", e)
                    .advise("try again, or read what is committed");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FloeException known
                    ? known
                    : new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log does not say where it ends", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while waiting for the log", e);
        }
    }
}
