package dev.floe.sql.tail;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.ValueHasher;
import dev.floe.storage.sidecar.IndexFields;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one log entry in the tail of its bucket, without those that were sent again.
 *
 * <p>Invariant: a row is live at a cut whose last entry is {@code n} where no entry up to {@code n} has a later row of
 * its key. A successor is noted once and its number is beyond every cut taken before it came, so a cut never changes.
 * Safe for use by several threads.
 */
public final class TailRows {
    private static final int NO_SUCCESSOR = Integer.MAX_VALUE;
    /** Between two and four slots a row, as slots are a power of two. */
    private static final int SLOTS_A_ROW = 4;

    private final int number;
    private final long offset;
    private final int schemaVersion;
    private final Schema schema;
    private final ColumnBatch batch;
    private final @Nullable KeyHashes hashes;
    private final AtomicIntegerArray successors;
    private final Map<String, long[]> hidden = new ConcurrentHashMap<>();
    /** Where keys are; made when a key is first asked for, by one thread or by several alike. */
    private volatile int @Nullable [] lastRows;

    /** By the values that secondary indexes are of; made when first asked for. */
    private final Map<IndexFields, ValueRows> values = new ConcurrentHashMap<>();

    /** {@code number} counts the entries of the bucket; {@code hashes} are null where the table has no key. */
    TailRows(int number, long offset, int schemaVersion, Schema schema, ColumnBatch batch, @Nullable KeyHashes hashes) {
        this.number = number;
        this.offset = offset;
        this.schemaVersion = schemaVersion;
        this.schema = schema;
        this.batch = batch;
        this.hashes = hashes;
        int[] none = new int[hashes == null ? 0 : hashes.size()];
        Arrays.fill(none, NO_SUCCESSOR);
        this.successors = new AtomicIntegerArray(none);
    }

    int number() {
        return number;
    }

    long offset() {
        return offset;
    }

    int schemaVersion() {
        return schemaVersion;
    }

    Schema schema() {
        return schema;
    }

    ColumnBatch batch() {
        return batch;
    }

    /** Hashes of the rows' keys, deletes too; null where the table has no key. */
    public @Nullable KeyHashes hashes() {
        return hashes;
    }

    /** Rows, also those that are not live. */
    public int rowCount() {
        return batch.rowCount();
    }

    void succeed(int row, int successor) {
        successors.set(row, successor);
    }

    boolean isLive(int row, int last) {
        return batch.operations()[row] != RowOperation.DELETE
                && (successors.length() == 0 || successors.get(row) > last);
    }

    /** The last row of the key with this hash, or -1. */
    public int lastOf(long high, long low) {
        KeyHashes keys = hashes;
        if (keys == null) {
            return -1;
        }
        int[] table = lastRows;
        if (table == null) {
            table = lastRows(keys);
            lastRows = table;
        }
        int slot = slot(high, table.length);
        while (table[slot] != 0) {
            int row = table[slot] - 1;
            if (isKey(keys, row, high, low)) {
                return row;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return -1;
    }

    /** Open addressing over the rows: a slot has a row's number and one more, the last row's of each key. */
    private static int[] lastRows(KeyHashes keys) {
        int[] table = new int[Integer.highestOneBit(Math.max(1, keys.size())) * SLOTS_A_ROW];
        for (int row = 0; row < keys.size(); row++) {
            int slot = slot(keys.high(row), table.length);
            while (table[slot] != 0 && !isKey(keys, table[slot] - 1, keys.high(row), keys.low(row))) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = row + 1;
        }
        return table;
    }

    private static int slot(long high, int slots) {
        return (int) (high >>> Integer.SIZE) & (slots - 1);
    }

    private static boolean isKey(KeyHashes keys, int row, long high, long low) {
        // the part of the lower half that counts, as in indexes and sidecars
        return keys.high(row) == high && KeyIndex.tail(keys.low(row)) == KeyIndex.tail(low);
    }

    /** A row, with the columns of these ids as {@code projection} has them; null where it is a delete. */
    public @Nullable ColumnBatch row(int row, List<Integer> fieldIds, Schema projection) {
        return batch.operations()[row] == RowOperation.DELETE
                ? null
                : TableTail.rows(this, new int[] {row}, fieldIds, projection);
    }

    /** The rows live at a cut that ends with entry {@code last}. */
    int[] live(int last) {
        return live(IntStream.range(0, batch.rowCount()), last);
    }

    /** Those of {@link #having} that are live at such a cut. */
    int[] liveHaving(IndexFields fields, long[] hashesOfInterest, int last) {
        return live(Arrays.stream(having(fields, hashesOfInterest)), last);
    }

    private int[] live(IntStream rows, int last) {
        return rows.filter(row -> isLive(row, last)).toArray();
    }

    /** The rows whose values in the columns of an index have one of these distinct hashes; live or not. */
    public int[] having(IndexFields fields, long[] hashesOfInterest) {
        return values.computeIfAbsent(fields, each -> new ValueRows(new ValueHasher(each.ids()).hash(batch, schema)))
                .having(hashesOfInterest);
    }

    /** Positions of the rows in a data file that the keys hide; found once, as neither ever changes. */
    public long[] hidden(String location, Function<KeyHashes, long[]> search) {
        KeyHashes keys = hashes;
        return keys == null ? new long[0] : hidden.computeIfAbsent(location, file -> search.apply(keys));
    }
}
