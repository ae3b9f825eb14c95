package dev.floe.sql.tail;

import java.util.concurrent.CompletableFuture;

/** Where the log ends. */
public interface LogEnds {
    /** The next offset of each partition, asked for after this call began; fails with LOG_UNAVAILABLE. */
    CompletableFuture<long[]> ends();
}
