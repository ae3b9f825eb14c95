package dev.floe.sql;

import dev.floe.sql.tail.LogEnds;
import dev.floe.sql.tail.LogTail;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Entries of one partition, the first one at a given offset, and the tail that follows them. */
final class MemoryLog implements LogEnds {
    final List<LogEntry> entries = new ArrayList<>();

    /** Offsets of entries whose rows were sent before. */
    final Set<Long> repeated = new HashSet<>();

    private final long first;

    MemoryLog(long first) {
        this.first = first;
    }

    @Override
    public CompletableFuture<long[]> ends() {
        return CompletableFuture.completedFuture(new long[] {first + entries.size()});
    }

    long add(LogTail tail, LogEntry entry) {
        return add(tail, entry, LogEntryCodec.encode(entry));
    }

    long add(LogTail tail, LogEntry entry, byte[] bytes) {
        long offset = first + entries.size();
        entries.add(entry);
        tail.add(offset, offset, new LogKey(entry.tableId(), entry.bucket()).encode(), bytes);
        tail.advance(0, offset + 1);
        return offset;
    }
}
