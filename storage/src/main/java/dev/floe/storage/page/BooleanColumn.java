package dev.floe.storage.page;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.Vector;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Booleans, a bit each. */
final class BooleanColumn extends PageColumn {
    private boolean[] source = new boolean[0];
    private boolean[] values = new boolean[STEP_ROWS];
    private int count;

    BooleanColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits) {
        super(column, pages, limits);
    }

    @Override
    void bindTo(Vector vector) {
        if (!(vector instanceof BooleanVector booleans)) {
            throw mismatch(vector);
        }
        source = booleans.values();
    }

    @Override
    void put(int[] slots, int from, int more) {
        if (count + more > values.length) {
            values = Arrays.copyOf(values, Math.max(count + more, values.length * 2));
        }
        for (int i = 0; i < more; i++) {
            values[count + i] = source[slots[from + i]];
        }
        count += more;
    }

    @Override
    int valueBytes() {
        return count / Byte.SIZE;
    }

    @Override
    Encoding endValues(PageBuffer out, Statistics<?> bounds) {
        int at = out.reserve((count + Byte.SIZE - 1) / Byte.SIZE);
        byte[] bytes = out.bytes();
        Arrays.fill(bytes, at, out.size(), (byte) 0);
        int trues = 0;
        for (int i = 0; i < count; i++) {
            int bit = values[i] ? 1 : 0;
            bytes[at + (i >>> 3)] |= (byte) (bit << (i & 7));
            trues += bit;
        }
        if (trues > 0) {
            bounds.updateStats(true);
        }
        if (trues < count) {
            bounds.updateStats(false);
        }
        count = 0;
        return Encoding.PLAIN;
    }

    @Override
    @Nullable
    DictionaryPage dictionary() {
        return null;
    }
}
