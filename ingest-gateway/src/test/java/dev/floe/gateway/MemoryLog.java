package dev.floe.gateway;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Health;
import dev.floe.gateway.log.EntryLog;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.stream.StreamWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A log in memory, whose answers can be held back, shuffled and failed; it takes no entry over its limit. */
public final class MemoryLog implements EntryLog {
    private final int entryBytesMax;
    private final List<Kept> entries = new ArrayList<>();
    private final List<Kept> unanswered = new ArrayList<>();
    private boolean holding;
    private @Nullable FloeException failure;

    /** An entry with its offset. */
    @SuppressWarnings("ArrayRecordComponent") // a test's own bytes
    private record Kept(int bucket, long offset, byte[] bytes, CompletableFuture<Long> answer) {}

    public MemoryLog(int entryBytesMax) {
        this.entryBytesMax = entryBytesMax;
    }

    /** Keeps entries from now on without answering. */
    public synchronized void hold() {
        holding = true;
    }

    /** Fails entries from now on, with nothing kept; null ends that. */
    public synchronized void failWith(@Nullable FloeException error) {
        failure = error;
    }

    public synchronized int unansweredCount() {
        return unanswered.size();
    }

    public synchronized long unansweredBytes() {
        return unanswered.stream().mapToLong(kept -> kept.bytes().length).sum();
    }

    /** Answers one of those held back, whichever; false where there is none. */
    public boolean answerOne(RandomGenerator random) {
        Kept chosen;
        synchronized (this) {
            if (unanswered.isEmpty()) {
                return false;
            }
            chosen = unanswered.remove(random.nextInt(unanswered.size()));
        }
        chosen.answer().complete(chosen.offset());
        return true;
    }

    /** Answers everything held back, and what comes at once. */
    public void release() {
        List<Kept> all;
        synchronized (this) {
            holding = false;
            all = List.copyOf(unanswered);
            unanswered.clear();
        }
        all.forEach(kept -> kept.answer().complete(kept.offset()));
    }

    public synchronized int entryCount() {
        return entries.size();
    }

    /** Every row as a list of bucket, operation, id, name and score, in the log's order. */
    public synchronized List<List<@Nullable Object>> rows() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Kept kept : entries) {
            LogEntry entry = LogEntryCodec.decode(kept.bytes(), FakeTables.SCHEMA);
            for (int row = 0; row < entry.batch().rowCount(); row++) {
                List<@Nullable Object> values = new ArrayList<>();
                values.add(entry.bucket());
                values.add((int) entry.batch().operations()[row]);
                for (Types.NestedField column : FakeTables.SCHEMA.columns()) {
                    values.add(value(entry.batch(), column, row));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    /** Ids of the rows that a job takes, which leaves out those of streams that it has, in the log's order. */
    public synchronized List<Long> rowsOnce() {
        List<Long> ids = new ArrayList<>();
        Map<Integer, StreamWindow> windows = new HashMap<>();
        for (Kept kept : entries) {
            LogEntry entry = LogEntryCodec.decode(kept.bytes(), FakeTables.SCHEMA);
            BitSet out = windows.computeIfAbsent(kept.bucket(), bucket -> new StreamWindow(Duration.ofDays(1)))
                    .repeated(kept.offset(), 1, entry.streams());
            for (int row = 0; row < entry.batch().rowCount(); row++) {
                if (out == null || !out.get(row)) {
                    ids.add((Long) value(entry.batch(), FakeTables.SCHEMA.findField("id"), row));
                }
            }
        }
        return ids;
    }

    private static @Nullable Object value(ColumnBatch batch, Types.NestedField column, int row) {
        int index = batch.fieldIds().indexOf(column.fieldId());
        return index < 0 ? null : ValueReader.value(batch.columns().get(index), column.type(), row);
    }

    @Override
    public CompletableFuture<Long> append(UUID tableId, int bucket, byte[] entry) {
        Kept kept;
        synchronized (this) {
            if (failure != null) {
                return CompletableFuture.failedFuture(failure);
            }
            if (entry.length > entryBytesMax) {
                return CompletableFuture.failedFuture(new FloeException(
                        ErrorCode.LOG_UNAVAILABLE, "an entry of " + entry.length + " bytes does not fit"));
            }
            kept = new Kept(bucket, entries.size(), entry, new CompletableFuture<>());
            entries.add(kept);
            if (holding) {
                unanswered.add(kept);
                return kept.answer();
            }
        }
        kept.answer().complete(kept.offset());
        return kept.answer();
    }

    @Override
    public LogId id() {
        return LogId.ANY;
    }

    @Override
    public Map<LogKey, Long> extendPast(Map<LogKey, Long> remembered) {
        return Map.of();
    }

    @Override
    public int entryBytesMax() {
        return entryBytesMax;
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
        return Health.OK;
    }

    @Override
    public void close() {}
}
