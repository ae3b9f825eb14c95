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

    private final int number;
    private final long offset;
    private final int schemaVersion;
    private final Schema schema;
    private final ColumnBatch batch;
    private final @Nullable KeyHashes hashes;
    private final AtomicIntegerArray successors;
    private final Map<String, long[]> hidden = new ConcurrentHashMap<>();
    /** Hashes of the values that secondary indexes are of, by row; made when first asked for. */
    private final Map<IndexFields, long[]> values = new ConcurrentHashMap<>();

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
        for (int row = keys.size() - 1; row >= 0; row--) {
            // the part of the lower half that counts, as in indexes and sidecars
            if (keys.high(row) == high && KeyIndex.tail(keys.low(row)) == KeyIndex.tail(low)) {
                return row;
            }
        }
        return -1;
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

    /** The rows whose values in the columns of an index have one of these hashes, which ascend; live or not. */
    public int[] having(IndexFields fields, long[] hashesOfInterest) {
        long[] all = values.computeIfAbsent(fields, each -> new ValueHasher(each.ids()).hash(batch, schema));
        return IntStream.range(0, all.length)
                .filter(row -> all[row] != ValueHasher.NONE && Arrays.binarySearch(hashesOfInterest, all[row]) >= 0)
                .toArray();
    }

    /** Positions of the rows in a data file that the keys hide; found once, as neither ever changes. */
    public long[] hidden(String location, Function<KeyHashes, long[]> search) {
        KeyHashes keys = hashes;
        return keys == null ? new long[0] : hidden.computeIfAbsent(location, file -> search.apply(keys));
    }
}
