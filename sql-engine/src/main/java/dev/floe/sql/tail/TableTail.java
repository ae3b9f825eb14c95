package dev.floe.sql.tail;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.SchemaProjection;
import dev.floe.storage.column.Vector;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.sidecar.IndexFields;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a cut of a table has beyond its snapshot: the log's entries after the snapshot's offsets, up to the cut's own.
 *
 * <p>In a keyed table each of its keys, of deletes too, hides the rows of that key in data files; of the rows here the
 * newest of each key is live. Fixed once taken; safe for use by several threads.
 *
 * @param buckets tails of the buckets that have one
 * @param notice what keeps newer rows from being seen, or an empty string
 */
public record TableTail(Map<Integer, Bucket> buckets, String notice) {
    public static final TableTail NONE = new TableTail(Map.of(), "");

    /**
     * Entries of one bucket in the log's order.
     *
     * @param serial of what followed the bucket, which gave the entries their numbers
     * @param last the number of the last entry that counts
     */
    public record Bucket(long serial, List<TailRows> entries, int last) {
        public Bucket {
            entries = List.copyOf(entries);
        }
    }

    public TableTail {
        buckets = Map.copyOf(buckets);
    }

    public boolean isEmpty() {
        return buckets.isEmpty();
    }

    /** Names the entries; made anew each time. */
    public TailIdentity identity() {
        return TailIdentity.of(buckets);
    }

    /** The entries of a bucket, perhaps none. */
    public List<TailRows> entries(int bucket) {
        Bucket tail = buckets.get(bucket);
        return tail == null ? List.of() : tail.entries();
    }

    /** True where an entry of a bucket names the key with this hash, so that older rows of it are dead. */
    public boolean hides(int bucket, long high, long low) {
        return entries(bucket).stream().anyMatch(entry -> entry.lastOf(high, low) >= 0);
    }

    /** Rows of all entries, also those that are not live. */
    public long rowCount() {
        return buckets.values().stream()
                .flatMap(bucket -> bucket.entries().stream())
                .mapToLong(rows -> rows.batch().rowCount())
                .sum();
    }

    /** The live rows with the columns of these ids, in the ids' order, as {@code schema} has them. */
    public Rows rows(Schema schema, List<Integer> fieldIds) {
        return new Rows(this, TailRows::live, schema, fieldIds);
    }

    /** As {@link #rows}, of rows whose values in the columns of an index have one of these hashes, which ascend. */
    public Rows rowsHaving(IndexFields fields, long[] hashes, Schema schema, List<Integer> fieldIds) {
        return new Rows(this, (entry, last) -> entry.liveHaving(fields, hashes, last), schema, fieldIds);
    }

    /** Chooses rows of an entry that are live at a cut which ends with the entry {@code last}. */
    private interface Choice {
        int[] live(TailRows entry, int last);
    }

    /** Live rows of a tail, batch by batch; for one thread. */
    public static final class Rows {
        private final Deque<Bucket> buckets;
        private final Deque<TailRows> entries = new ArrayDeque<>();
        private final Choice choice;
        private final List<Integer> fieldIds;
        private final Schema projection;
        private int last;
        private @Nullable TailRows entry;
        private int[] live = new int[0];
        private int next;

        private Rows(TableTail tail, Choice choice, Schema schema, List<Integer> fieldIds) {
            this.buckets = new ArrayDeque<>(tail.buckets.values());
            this.choice = choice;
            this.fieldIds = fieldIds;
            this.projection = RunReader.project(schema, fieldIds);
        }

        /** Up to {@code rowsMax} further rows; null at the end. */
        public @Nullable ColumnBatch next(int rowsMax) {
            while (true) {
                TailRows current = entry;
                if (current != null && next < live.length) {
                    int to = Math.min(live.length, next + rowsMax);
                    ColumnBatch batch = batch(current, Arrays.copyOfRange(live, next, to));
                    next = to;
                    return batch;
                }
                if (entries.isEmpty()) {
                    Bucket bucket = buckets.poll();
                    if (bucket == null) {
                        return null;
                    }
                    entries.addAll(bucket.entries());
                    last = bucket.last();
                    continue;
                }
                TailRows following = entries.remove();
                entry = following;
                live = choice.live(following, last);
                next = 0;
            }
        }

        private ColumnBatch batch(TailRows rows, int[] chosen) {
            return rows(rows, chosen, fieldIds, projection);
        }
    }

    /** Some rows of an entry, with the columns of these ids only, as {@code projection} has them. */
    static ColumnBatch rows(TailRows rows, int[] chosen, List<Integer> fieldIds, Schema projection) {
        ColumnBatch all = rows.batch();
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int id : fieldIds) {
            Vector column = all.column(id);
            if (column != null) {
                ids.add(id);
                columns.add(column);
            }
        }
        ColumnBatch narrow = new ColumnBatch(all.rowCount(), ids, columns, all.operations());
        ColumnBatch some = chosen.length == all.rowCount() ? narrow : narrow.rows(chosen, chosen.length);
        return SchemaProjection.project(some, rows.schema(), projection);
    }
}
