package dev.floe.sql.tail;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogEntryHeader;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.memtable.VectorBytes;
import dev.floe.storage.stream.StreamWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tail of one bucket: its entries after some offset, all of them, in the order of the log.
 *
 * <p>Invariant: what it lacks is at or below {@code wholeAfter}; so with a snapshot that contains that offset it makes
 * the bucket as a commit of the same entries would. Entries are bytes until a read wants them. It sees every entry once
 * and leaves out by {@link StreamWindow} what the job's writers leave out. Safe for use by several threads.
 */
final class BucketTail {
    /** What a row takes beside its values: hash, successor, place in the index and among its entry's keys. */
    private static final int ROW_BYTES = 76;

    private static final long INDEX_BYTES_KEPT = 1 << 16;

    private final LogKey key;
    private final long serial;
    private final TailBudget budget;
    private final Duration streamLifetime;
    private final List<Entry> entries = new ArrayList<>();
    private KeyIndex newest = new KeyIndex();
    private @Nullable StreamWindow window;
    private long wholeAfter;
    private long last = CommittedOffsets.NONE;
    private int nextNumber = 1;
    private int decoded;

    /**
     * {@code serial} is no other bucket's of the process, nor of this one when it was followed before;
     * {@code wholeAfter} is the offset that the snapshot had when the log began to be followed.
     */
    BucketTail(LogKey key, long serial, TailBudget budget, Duration streamLifetime, long wholeAfter) {
        this.key = key;
        this.serial = serial;
        this.budget = budget;
        this.streamLifetime = streamLifetime;
        this.wholeAfter = wholeAfter;
    }

    /** An entry as it came, and its rows once somebody wanted them. */
    private static final class Entry {
        private final int number;
        private final long offset;
        private final int schemaVersion;
        private final @Nullable BitSet repeated;
        private byte[] value;
        private long bytes;
        private @Nullable FloeException fault;
        private @Nullable TailRows rows;

        private Entry(int number, long offset, int schemaVersion, byte[] value, @Nullable BitSet repeated) {
            this.number = number;
            this.offset = offset;
            this.schemaVersion = schemaVersion;
            this.value = value;
            this.bytes = value.length;
            this.repeated = repeated;
        }
    }

    /** What a bucket has after an offset: entries, or the offset that has to be committed first. */
    record Cut(
            TableTail.Bucket bucket, long needed, @Nullable FloeException fault) {
        static final long NOTHING = -1;

        boolean isWhole() {
            return needed == NOTHING;
        }
    }

    /** Takes the next entry of the log. */
    synchronized void add(long offset, long millis, byte[] value) {
        if (offset <= last) {
            return;
        }
        last = offset;
        BitSet repeated = null;
        int schemaVersion = 0;
        FloeException fault = null;
        try {
            LogEntryHeader header = LogEntryCodec.readHeader(value);
            repeated = repeated(offset, millis, header);
            schemaVersion = header.schemaVersion();
            if (!header.tableId().equals(key.tableId()) || header.bucket() != key.bucket()) {
                fault = new FloeException(ErrorCode.LOG_ENTRY_CORRUPT, "key and header name different buckets");
            }
        } catch (FloeException e) {
            fault = e;
            if (window != null) {
                window.missed(offset, millis);
            }
        }
        if (offset <= wholeAfter) {
            return;
        }
        if (!budget.hasRoom(value.length)) {
            clear(offset);
            budget.overflowed();
            return;
        }
        Entry entry = new Entry(nextNumber++, offset, schemaVersion, value, repeated);
        entry.fault = fault;
        entries.add(entry);
        budget.add(entry.bytes);
    }

    /** The last offset seen. */
    synchronized long last() {
        return last;
    }

    /**
     * The entries after an offset that a snapshot has; those up to it are forgotten. {@code acceptsFaults} leaves out
     * entries that can't be read, otherwise the first of them ends the tail.
     */
    synchronized Cut cut(EntryDecoder decoder, long committed, boolean acceptsFaults) {
        forget(committed);
        if (wholeAfter > committed) {
            return new Cut(new TableTail.Bucket(serial, List.of(), 0), wholeAfter, null);
        }
        List<TailRows> rows = new ArrayList<>();
        FloeException fault = null;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (i >= decoded) {
                decode(decoder, entry);
                decoded = i + 1;
            }
            if (entry.rows != null) {
                rows.add(entry.rows);
            } else if (!acceptsFaults) {
                fault = entry.fault;
                break;
            }
        }
        int lastNumber = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).number();
        return new Cut(new TableTail.Bucket(serial, rows, lastNumber), Cut.NOTHING, fault);
    }

    /** Forgets entries that a snapshot has, and streams that ended long ago. */
    synchronized void forget(long committed) {
        int count = 0;
        while (count < entries.size() && entries.get(count).offset <= committed) {
            Entry entry = entries.get(count++);
            wholeAfter = Math.max(wholeAfter, entry.offset);
            budget.add(-entry.bytes);
            unlink(entry);
        }
        if (count > 0) {
            entries.subList(0, count).clear();
            decoded = Math.max(0, decoded - count);
        }
        if (entries.isEmpty() && newest.memoryBytes() > INDEX_BYTES_KEPT) {
            newest = new KeyIndex();
        }
    }

    synchronized void forgetStreams() {
        if (window != null) {
            window.forget();
        }
    }

    /** Lets go of everything, up to an offset that is not kept either. */
    synchronized void clear(long offset) {
        entries.forEach(entry -> budget.add(-entry.bytes));
        entries.clear();
        newest = new KeyIndex();
        decoded = 0;
        wholeAfter = Math.max(wholeAfter, offset);
    }

    private @Nullable BitSet repeated(long offset, long millis, LogEntryHeader header) {
        StreamWindow known = window;
        if (known == null) {
            if (header.streams().isEmpty()) {
                return null;
            }
            known = new StreamWindow(streamLifetime);
            known.startedLate(millis);
            window = known;
        }
        return known.repeated(offset, millis, header.streams());
    }

    private void decode(EntryDecoder decoder, Entry entry) {
        if (entry.fault != null) {
            return;
        }
        try {
            TailRows rows =
                    decoder.decode(entry.number, entry.offset, entry.schemaVersion, entry.value, entry.repeated);
            link(rows);
            long bytes = VectorBytes.of(rows.batch()) + (long) rows.batch().rowCount() * ROW_BYTES;
            budget.add(bytes - entry.bytes);
            entry.bytes = bytes;
            entry.rows = rows;
            entry.value = new byte[0];
        } catch (FloeException e) {
            if (e.code() != ErrorCode.LOG_ENTRY_CORRUPT && e.code() != ErrorCode.SCHEMA_VERSION_MISMATCH) {
                throw e;
            }
            entry.fault = e;
        }
    }

    /** Notes the rows as the newest of their keys, and as the successors of those that were. */
    private void link(TailRows rows) {
        KeyHashes keys = rows.hashes();
        if (keys == null) {
            return;
        }
        for (int row = 0; row < keys.size(); row++) {
            long before = newest.put(keys.high(row), keys.low(row), RowLocation.of(rows.number(), row));
            if (before == KeyIndex.ABSENT) {
                continue;
            }
            int number = RowLocation.file(before);
            TailRows older = number == rows.number() ? rows : rowsOf(number);
            if (older != null) {
                older.succeed((int) RowLocation.position(before), rows.number());
            }
        }
    }

    private @Nullable TailRows rowsOf(int number) {
        int at = entries.isEmpty() ? -1 : number - entries.get(0).number;
        return at < 0 || at >= entries.size() ? null : entries.get(at).rows;
    }

    private void unlink(Entry entry) {
        KeyHashes keys = entry.rows == null ? null : entry.rows.hashes();
        if (keys == null) {
            return;
        }
        for (int row = 0; row < keys.size(); row++) {
            if (newest.get(keys.high(row), keys.low(row)) == RowLocation.of(entry.number, row)) {
                newest.remove(keys.high(row), keys.low(row));
            }
        }
    }
}
