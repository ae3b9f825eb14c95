package dev.floe.storage.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one stream in a log entry: as many of its rows, in order, as it has offsets.
 *
 * <p>{@code previous} chains the entries that one connection of a writer makes for a bucket: it is the offset of the
 * last row it sent there before, or {@link #NONE} for its first entry, which says that every row of the stream before
 * {@code first} is in the log already. An entry whose predecessor never reached the log can so be told from one that
 * merely skips rows of other buckets.
 *
 * @param epoch the writer's; of two writers of a stream only the higher counts
 * @param previous offset of the row before, {@link #NONE} in the first entry of a connection
 * @param first offset of the first row
 * @param later offsets of all rows less {@code first}, rising from 0; null where they are 0, 1, 2, …
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record StreamRows(StreamId stream, long epoch, long previous, long first, int rowCount, int @Nullable [] later) {
    public static final long NONE = -1;

    public StreamRows {
        if (rowCount < 1 || first < 0 || (later != null && later.length != rowCount)) {
            throw new IllegalArgumentException("rows of a stream: " + rowCount + " from " + first);
        }
    }

    /** Of offsets that rise; finds out by itself whether they follow one another. */
    public static StreamRows of(StreamId stream, long epoch, long previous, long[] offsets) {
        int rows = offsets.length;
        long first = offsets[0];
        if (offsets[rows - 1] - first == rows - 1) {
            return new StreamRows(stream, epoch, previous, first, rows, null);
        }
        int[] later = new int[rows];
        for (int row = 0; row < rows; row++) {
            later[row] = Math.toIntExact(offsets[row] - first);
        }
        return new StreamRows(stream, epoch, previous, first, rows, later);
    }

    /** Offset of a row in its stream. */
    public long offset(int row) {
        return first + (later == null ? row : later[row]);
    }

    public long last() {
        return offset(rowCount - 1);
    }

    /** The first row whose offset is greater; {@code rowCount} where none is. */
    public int firstAfter(long offset) {
        if (offset < first) {
            return 0;
        }
        if (offset >= last()) {
            return rowCount;
        }
        int delta = (int) (offset - first);
        if (later == null) {
            return delta + 1;
        }
        int at = Arrays.binarySearch(later, delta);
        return at < 0 ? -at - 1 : at + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamRows rows
                && stream.equals(rows.stream)
                && epoch == rows.epoch
                && previous == rows.previous
                && first == rows.first
                && rowCount == rows.rowCount
                && Arrays.equals(later, rows.later);
    }

    @Override
    public int hashCode() {
        return stream.hashCode() * 31 + Long.hashCode(first) + rowCount;
    }
}
