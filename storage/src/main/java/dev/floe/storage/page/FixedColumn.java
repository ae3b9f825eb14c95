package dev.floe.storage.page;

import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/** Byte strings of one width: uuids, and decimals that Parquet stores as bytes, also of long ones. */
final class FixedColumn extends PageColumn {
    private final int width;
    private final PageBuffer plain = new PageBuffer();
    private @Nullable Vector source;

    FixedColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits) {
        super(column, pages, limits);
        this.width = column.getPrimitiveType().getTypeLength();
    }

    @Override
    void bindTo(Vector vector) {
        boolean fits = vector instanceof FixedVector fixed ? fixed.width() >= width : vector instanceof LongVector;
        if (!fits) {
            throw mismatch(vector);
        }
        source = vector;
    }

    @Override
    void put(int[] slots, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (source instanceof FixedVector fixed) {
                // big endian: the low bytes of a wider vector are its last
                int end = (slots[i] + 1) * fixed.width();
                plain.put(fixed.data(), end - width, width);
                statistics().updateStats(Binary.fromConstantByteArray(fixed.data(), end - width, width));
            } else if (source instanceof LongVector longs) {
                byte[] bytes = bigEndian(longs.value(slots[i]));
                plain.put(bytes, 0, width);
                statistics().updateStats(Binary.fromConstantByteArray(bytes));
            }
        }
    }

    @Override
    int valueBytes() {
        return plain.size();
    }

    @Override
    Encoding endValues(PageBuffer out, Statistics<?> bounds) {
        out.put(plain.bytes(), 0, plain.size());
        plain.clear();
        return Encoding.PLAIN;
    }

    @Override
    @Nullable
    DictionaryPage dictionary() {
        return null;
    }

    private byte[] bigEndian(long unscaled) {
        byte[] bytes = new byte[width];
        long rest = unscaled;
        for (int i = width - 1; i >= 0; i--) {
            bytes[i] = (byte) rest;
            rest >>= Byte.SIZE;
        }
        return bytes;
    }
}
