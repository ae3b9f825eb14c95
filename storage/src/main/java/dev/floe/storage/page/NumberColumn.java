package dev.floe.storage.page;

import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Column of 4 or 8 bytes a value: integers and floats as their bits. */
abstract class NumberColumn extends PageColumn {
    /** Bits of the values of one step. */
    final long[] bits = new long[STEP_ROWS];

    private final int width;
    private final PageBuffer plain = new PageBuffer();
    private final DictionaryTrial trial;
    private final NumberDictionary distinct = new NumberDictionary();
    private int[] codes = new int[STEP_ROWS];
    private int coded;
    private boolean coding = true;
    private boolean codedPages;

    /** @param width bytes a value */
    NumberColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits, int width) {
        super(column, pages, limits);
        this.width = width;
        this.trial = new DictionaryTrial(limits.dictionaryBytes());
    }

    /** Reads values into {@link #bits} and takes note of their bounds. */
    abstract void gather(int[] slots, int from, int count);

    /** Adds the bounds since the last call. */
    abstract void addBounds(Statistics<?> bounds);

    @Override
    final void put(int[] slots, int from, int count) {
        gather(slots, from, count);
        if (!coding) {
            putPlain(count);
            return;
        }
        if (coded + count > codes.length) {
            codes = Arrays.copyOf(codes, Math.max(coded + count, codes.length * 2));
        }
        for (int i = 0; i < count; i++) {
            codes[coded + i] = distinct.code(bits[i]);
        }
        coded += count;
        if (!trial.continues(count, distinct.size(), dictionaryBytes())) {
            giveUp();
        }
    }

    @Override
    final int valueBytes() {
        return coding ? coded * width : plain.size();
    }

    @Override
    final Encoding endValues(PageBuffer out, Statistics<?> bounds) {
        addBounds(bounds);
        if (coding
                && !codedPages
                && !DictionaryTrial.pays(coded, distinct.size(), dictionaryBytes(), (long) coded * width)) {
            giveUp();
        }
        if (!coding) {
            out.put(plain.bytes(), 0, plain.size());
            plain.clear();
            return Encoding.PLAIN;
        }
        int bitWidth = CodeRuns.width(distinct.size());
        out.putByte(bitWidth);
        CodeRuns.encode(codes, coded, bitWidth, out);
        coded = 0;
        codedPages = true;
        return Encoding.RLE_DICTIONARY;
    }

    @Override
    final @Nullable DictionaryPage dictionary() {
        if (!codedPages) {
            return null;
        }
        PageBuffer entries = new PageBuffer();
        for (int code = 0; code < distinct.size(); code++) {
            putOne(entries, distinct.value(code));
        }
        return new DictionaryPage(BytesInput.from(entries.bytes(), 0, entries.size()), distinct.size(), Encoding.PLAIN);
    }

    private long dictionaryBytes() {
        return (long) distinct.size() * width;
    }

    private void giveUp() {
        coding = false;
        for (int i = 0; i < coded; i++) {
            putOne(plain, distinct.value(codes[i]));
        }
        coded = 0;
        codes = new int[0];
    }

    private void putPlain(int count) {
        int at = plain.reserve(count * width);
        byte[] bytes = plain.bytes();
        if (width == Integer.BYTES) {
            for (int i = 0; i < count; i++, at += Integer.BYTES) {
                PageBuffer.INTS.set(bytes, at, (int) bits[i]);
            }
            return;
        }
        for (int i = 0; i < count; i++, at += Long.BYTES) {
            PageBuffer.LONGS.set(bytes, at, bits[i]);
        }
    }

    private void putOne(PageBuffer out, long value) {
        if (width == Integer.BYTES) {
            out.putInt((int) value);
        } else {
            out.putLong(value);
        }
    }
}
