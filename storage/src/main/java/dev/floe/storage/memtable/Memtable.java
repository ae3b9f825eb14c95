package dev.floe.storage.memtable;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.KeyHashes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a bucket that are not in a file yet, as the batches they came in.
 *
 * <p>A row is named by its ordinal, counted from 0 over all batches since the last {@link #clear}. Rows that a later
 * one replaced or deleted are marked dead and never written. Not safe for threads.
 */
public final class Memtable {
    private static final int HASH_BYTES = 2 * Long.BYTES;

    private final List<Segment> segments = new ArrayList<>();
    private final BitSet dead = new BitSet();
    private int rows;
    private int deadRows;
    private long bytes;

    /** A batch with the ordinal of its first row; the hashes of its keys where the table has one. */
    public record Segment(
            int base,
            Schema schema,
            ColumnBatch batch,
            @Nullable KeyHashes hashes) {}

    /** Takes a batch and returns the ordinal of its first row. */
    public int add(Schema schema, ColumnBatch batch, @Nullable KeyHashes hashes) {
        int base = rows;
        rows = Math.addExact(rows, batch.rowCount());
        bytes += VectorBytes.of(batch) + (hashes == null ? 0 : (long) hashes.size() * HASH_BYTES);
        segments.add(new Segment(base, schema, batch, hashes));
        return base;
    }

    /** Marks a row as dead; again is harmless. */
    public void kill(int ordinal) {
        if (!dead.get(ordinal)) {
            dead.set(ordinal);
            deadRows++;
        }
    }

    public boolean isDead(int ordinal) {
        return dead.get(ordinal);
    }

    /** The segment that holds a row. */
    public Segment segment(int ordinal) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).base() <= ordinal) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return segments.get(low);
    }

    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** Rows taken, dead ones too. */
    public int rows() {
        return rows;
    }

    public int liveRows() {
        return rows - deadRows;
    }

    public long bytes() {
        return bytes;
    }

    /** About how many bytes a row has. */
    public int rowBytes() {
        return rows == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, bytes / rows);
    }

    public void clear() {
        segments.clear();
        dead.clear();
        rows = 0;
        deadRows = 0;
        bytes = 0;
    }
}
