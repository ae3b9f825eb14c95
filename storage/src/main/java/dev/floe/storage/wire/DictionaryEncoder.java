package dev.floe.storage.wire;

import dev.floe.storage.column.BytesVector;
import java.util.Arrays;

/**
 * Gives a plain vector of byte strings a dictionary where that saves at least half of its bytes.
 *
 * <p>Up to 65,536 distinct values. The first 1,024 rows decide whether it is worth going on: more than half of them
 * distinct is not. A vector with a dictionary keeps it, unless the dictionary is larger than the rows that use it.
 */
final class DictionaryEncoder {
    private static final int SAMPLE_ROWS = 1_024;
    private static final int ROWS_MIN = 16;

    private final BytesVector source;
    private final int[] table;
    private final int[] codes;
    private final int[] firstRow;
    private int distinct;

    private DictionaryEncoder(BytesVector source) {
        this.source = source;
        this.table = new int[Integer.highestOneBit(Math.max(16, source.size())) * 4];
        this.codes = new int[source.size()];
        this.firstRow = new int[source.size()];
    }

    static BytesVector encode(BytesVector vector) {
        if (vector.codes() != null && vector.dictionarySize() <= Math.max(vector.size(), ROWS_MIN)) {
            return vector;
        }
        if (vector.size() < ROWS_MIN && vector.codes() == null) {
            return vector;
        }
        DictionaryEncoder encoder = new DictionaryEncoder(vector);
        return encoder.fill() ? encoder.dictionary() : encoder.plain();
    }

    private boolean fill() {
        Arrays.fill(table, -1);
        int mask = table.length - 1;
        for (int row = 0; row < source.size(); row++) {
            if (row == SAMPLE_ROWS && distinct > SAMPLE_ROWS / 2) {
                return false;
            }
            int slot = hash(row) & mask;
            while (table[slot] >= 0 && !same(firstRow[table[slot]], row)) {
                slot = slot + 1 & mask;
            }
            if (table[slot] < 0) {
                if (distinct == CodeWidth.TWO_BYTES_MAX) {
                    return false;
                }
                table[slot] = distinct;
                firstRow[distinct++] = row;
            }
            codes[row] = table[slot];
        }
        return distinct <= source.size() / 2;
    }

    private int length(int row) {
        return source.isNull(row) ? 0 : source.length(row);
    }

    private int hash(int row) {
        int hash = 1;
        int end = source.start(row) + length(row);
        for (int i = source.start(row); i < end; i++) {
            hash = 31 * hash + source.data()[i];
        }
        return (hash * 0x9E3779B9) >>> 1;
    }

    private boolean same(int a, int b) {
        int startA = source.start(a);
        int startB = source.start(b);
        return Arrays.equals(source.data(), startA, startA + length(a), source.data(), startB, startB + length(b));
    }

    private BytesVector dictionary() {
        int[] offsets = new int[distinct + 1];
        for (int i = 0; i < distinct; i++) {
            offsets[i + 1] = offsets[i] + length(firstRow[i]);
        }
        byte[] data = new byte[offsets[distinct]];
        for (int i = 0; i < distinct; i++) {
            System.arraycopy(source.data(), source.start(firstRow[i]), data, offsets[i], offsets[i + 1] - offsets[i]);
        }
        return BytesVector.dictionary(offsets, data, distinct, codes, source.size(), source.validity());
    }

    private BytesVector plain() {
        if (source.codes() == null && source.offsets()[0] == 0) {
            return source;
        }
        int[] offsets = new int[source.size() + 1];
        for (int row = 0; row < source.size(); row++) {
            offsets[row + 1] = Math.addExact(offsets[row], length(row));
        }
        byte[] data = new byte[offsets[source.size()]];
        for (int row = 0; row < source.size(); row++) {
            System.arraycopy(source.data(), source.start(row), data, offsets[row], offsets[row + 1] - offsets[row]);
        }
        return BytesVector.plain(offsets, data, source.size(), source.validity());
    }
}
