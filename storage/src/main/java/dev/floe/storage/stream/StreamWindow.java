package dev.floe.storage.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of which streams a bucket has, so that rows sent again are not taken twice.
 *
 * <p>Invariant: of a stream that it knows, the bucket has exactly the rows up to {@code last}, each once. It is kept by
 * taking from an entry only rows after {@code last}, and nothing from an entry whose predecessor is not in the bucket
 * (such an entry was never acked: its connection failed before it), nor from a writer that was fenced.
 *
 * <p>Must see the entries of the bucket in the order of the log, all of them, also those that the table contains. A
 * window that began in the middle of the log ({@link #startedLate}) can't tell a missing predecessor from one it has
 * not seen; an entry names one only while that is in flight, so such entries are taken for the first minutes after the
 * place where reading began, and no longer: an entry that lost its predecessor would pass for the one that is sent
 * again. After an entry that can't be read and is left out ({@link #missed}) the next one of each stream is taken
 * though it names rows of it. Streams without a row for the lifetime are forgotten; time is the log's own. Not safe for
 * threads.
 */
public final class StreamWindow {
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_GAPS = 1;
    private static final int HEADER_BYTES = 1 + 3 * Long.BYTES;
    private static final int STREAM_BYTES = 5 * Long.BYTES + 1;

    /** Longer than an entry can be in flight. */
    private static final long IN_FLIGHT_MILLIS = Duration.ofMinutes(10).toMillis();

    private final long lifetimeMillis;
    private final Map<StreamId, Position> streams = new HashMap<>();
    private long newestMillis;
    private long lateUntilMillis;
    private long offset = -1;
    private long rowsRepeated;
    private long entriesFenced;
    private long entriesUnlinked;

    private static final class Position {
        private long epoch;
        private long last;
        private long seenMillis;

        /** Rows after {@code last} may have been in an entry that was left out. */
        private boolean gap;
    }

    public StreamWindow(Duration lifetime) {
        this.lifetimeMillis = lifetime.toMillis();
    }

    /** Says that there were entries before the place where reading began, whose entry was logged at this time. */
    public void startedLate(long beginMillis) {
        lateUntilMillis = beginMillis + IN_FLIGHT_MILLIS;
    }

    /**
     * The rows of an entry to be left out, or null where it has none; counts the others as taken.
     *
     * @param entryOffset log offset of the entry; one at or below the last seen changes nothing and leaves out nothing
     * @param streams of the entry, in the order of its rows; rows after them belong to no stream
     */
    public @Nullable BitSet repeated(long entryOffset, long entryMillis, List<StreamRows> streams) {
        if (entryOffset <= offset) {
            return null;
        }
        offset = entryOffset;
        newestMillis = Math.max(newestMillis, entryMillis);
        BitSet out = null;
        int base = 0;
        for (StreamRows rows : streams) {
            int keepFrom = take(rows);
            if (keepFrom > 0) {
                out = out == null ? new BitSet() : out;
                out.set(base, base + keepFrom);
            }
            base += rows.rowCount();
        }
        return out;
    }

    /** Says that an entry at an offset can't be read, so that nobody knows which rows of which streams it had. */
    public void missed(long entryOffset, long entryMillis) {
        if (entryOffset <= offset) {
            return;
        }
        offset = entryOffset;
        newestMillis = Math.max(newestMillis, entryMillis);
        lateUntilMillis = Math.max(lateUntilMillis, newestMillis + IN_FLIGHT_MILLIS);
        streams.values().forEach(position -> position.gap = true);
    }

    /** Rows left out because the bucket has them. */
    public long rowsRepeated() {
        return rowsRepeated;
    }

    /** Entries left out because a later writer owns the stream. */
    public long entriesFenced() {
        return entriesFenced;
    }

    /** Entries left out because one before them never reached the log. */
    public long entriesUnlinked() {
        return entriesUnlinked;
    }

    /** Streams that are remembered. */
    public int size() {
        return streams.size();
    }

    /** Forgets streams past their lifetime. */
    public void forget() {
        streams.values().removeIf(position -> position.seenMillis < newestMillis - lifetimeMillis);
    }

    /** Forgets streams past their lifetime and returns the rest as bytes. */
    public byte[] encode() {
        forget();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + streams.size() * STREAM_BYTES);
        out.put((byte) VERSION).putLong(newestMillis).putLong(lateUntilMillis).putLong(offset);
        streams.forEach((stream, position) -> out.putLong(stream.high())
                .putLong(stream.low())
                .putLong(position.epoch)
                .putLong(position.last)
                .putLong(position.seenMillis)
                .put((byte) (position.gap ? 1 : 0)));
        return out.array();
    }

    /** What {@link #encode} made. */
    public static StreamWindow decode(byte[] bytes, Duration lifetime) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte version = in.get();
        if (version != VERSION && version != VERSION_WITHOUT_GAPS) {
            throw new IllegalArgumentException("streams of the format version " + version);
        }
        StreamWindow window = new StreamWindow(lifetime);
        window.newestMillis = in.getLong();
        window.lateUntilMillis = in.getLong();
        window.offset = in.getLong();
        while (in.hasRemaining()) {
            Position position = new Position();
            StreamId stream = new StreamId(in.getLong(), in.getLong());
            position.epoch = in.getLong();
            position.last = in.getLong();
            position.seenMillis = in.getLong();
            position.gap = version == VERSION && in.get() != 0;
            window.streams.put(stream, position);
        }
        return window;
    }

    /** Takes an entry's rows of one stream; returns how many of its first rows to leave out. */
    private int take(StreamRows rows) {
        Position known = streams.get(rows.stream());
        if (known != null && rows.epoch() < known.epoch) {
            entriesFenced++;
            return rows.rowCount();
        }
        if (isUnlinked(known, rows.previous())) {
            entriesUnlinked++;
            return rows.rowCount();
        }
        if (known == null) {
            known = new Position();
            known.last = StreamRows.NONE;
            streams.put(rows.stream(), known);
        }
        int repeated = rows.firstAfter(known.last);
        rowsRepeated += repeated;
        known.epoch = rows.epoch();
        known.last = Math.max(known.last, rows.last());
        known.gap = false;
        known.seenMillis = newestMillis;
        return repeated;
    }

    private boolean isUnlinked(@Nullable Position known, long previous) {
        if (previous == StreamRows.NONE) {
            return false;
        }
        if (known == null) {
            return newestMillis >= lateUntilMillis;
        }
        return known.last < previous && !known.gap;
    }
}
