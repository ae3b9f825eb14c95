package dev.floe.storage.page;

import java.util.Arrays;

/** Distinct 64-bit values of a column chunk in the order they came; open addressing at a load of at most a half. */
final class NumberDictionary {
    private static final int CAPACITY_AT_FIRST = 256;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private long[] values = new long[CAPACITY_AT_FIRST / 2];
    /** Code + 1 of the value in a slot; 0 is free. */
    private int[] table = new int[CAPACITY_AT_FIRST];

    private int size;

    int size() {
        return size;
    }

    long value(int code) {
        return values[code];
    }

    /** The value's code, a new one where it is new. */
    int code(long value) {
        int mask = table.length - 1;
        int slot = slot(value, mask);
        while (true) {
            int code = table[slot] - 1;
            if (code < 0) {
                return add(value, slot);
            }
            if (values[code] == value) {
                return code;
            }
            slot = slot + 1 & mask;
        }
    }

    private int add(long value, int slot) {
        int code = size++;
        if (code == values.length) {
            values = Arrays.copyOf(values, code * 2);
            values[code] = value;
            grow();
            return code;
        }
        values[code] = value;
        table[slot] = code + 1;
        return code;
    }

    private void grow() {
        int[] wider = new int[table.length * 2];
        int mask = wider.length - 1;
        for (int code = 0; code < size; code++) {
            int slot = slot(values[code], mask);
            while (wider[slot] != 0) {
                slot = slot + 1 & mask;
            }
            wider[slot] = code + 1;
        }
        table = wider;
    }

    private static int slot(long value, int mask) {
        long mixed = value * GOLDEN_RATIO;
        return (int) (mixed >>> Integer.SIZE) & mask;
    }
}
