package dev.floe.storage.column;

import java.util.Arrays;

/** Builds a validity slot by slot; costs nothing while every slot is present. */
final class ValidityBuilder {
    private static final int WORD_BITS = 64;

    private long[] words = new long[0];
    private boolean anyAbsent;
    private int size;

    void present() {
        if (anyAbsent) {
            reserve();
            words[size >>> 6] |= 1L << size;
        }
        size++;
    }

    void absent() {
        if (!anyAbsent) {
            anyAbsent = true;
            words = new long[Math.max(4, size / WORD_BITS + 1)];
            Arrays.fill(words, 0, size >>> 6, -1L);
            if ((size & WORD_BITS - 1) != 0) {
                words[size >>> 6] = (1L << size) - 1;
            }
        }
        reserve();
        size++;
    }

    void add(boolean present) {
        if (present) {
            present();
        } else {
            absent();
        }
    }

    int size() {
        return size;
    }

    Validity build() {
        return anyAbsent ? Validity.of(words) : Validity.all();
    }

    private void reserve() {
        if (size >>> 6 >= words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
    }
}
