package dev.floe.storage.page;

import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.Vector;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Strings and binaries.
 *
 * <p>A batch's own dictionary is looked up in the chunk's entry by entry, once each; its rows are mapped by code.
 */
final class BytesColumn extends PageColumn {
    private static final int[] NO_CODES = new int[0];

    private final PageBuffer plain = new PageBuffer();
    private final BytesDictionary distinct = new BytesDictionary();
    private final DictionaryTrial trial;
    private final BytesBounds bounds = new BytesBounds();
    private byte[] data = new byte[0];
    private int[] offsets = NO_CODES;
    private int @Nullable [] sourceCodes;
    /** The chunk's code of each of the batch's; -1 where it is not known yet. */
    private int[] codeOf = NO_CODES;

    private int[] codes = new int[STEP_ROWS];
    private int coded;
    private long valueBytes;
    private boolean coding = true;
    private boolean codedPages;

    BytesColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits) {
        super(column, pages, limits);
        this.trial = new DictionaryTrial(limits.dictionaryBytes());
    }

    @Override
    void bindTo(Vector source) {
        if (!(source instanceof BytesVector bytes)) {
            throw mismatch(source);
        }
        boolean sameDictionary = bytes.codes() != null && data == bytes.data() && offsets == bytes.offsets();
        data = bytes.data();
        offsets = bytes.offsets();
        sourceCodes = bytes.codes();
        // vectors read from one chunk share its dictionary: what is known of it stays known
        if (coding && sourceCodes != null && !sameDictionary) {
            codeOf = codeOf.length < bytes.dictionarySize() ? new int[bytes.dictionarySize()] : codeOf;
            Arrays.fill(codeOf, 0, bytes.dictionarySize(), -1);
        }
    }

    @Override
    int fitting(int[] slots, int from, int to) {
        int mostOften = sourceCodes == null ? 1 : STEP_ROWS;
        if (data.length <= limits().bytes() / mostOften) {
            return to;
        }
        long room = (long) limits().bytes() - valueBytes();
        int end = from;
        while (end < to && (room > 0 || end == from)) {
            int slot = slot(slots[end++]);
            room -= offsets[slot + 1] - offsets[slot];
        }
        return end;
    }

    @Override
    void put(int[] slots, int from, int count) {
        if (!coding) {
            putPlain(slots, from, count);
            return;
        }
        if (coded + count > codes.length) {
            codes = Arrays.copyOf(codes, Math.max(coded + count, codes.length * 2));
        }
        int[] known = sourceCodes;
        if (known == null) {
            for (int i = 0; i < count; i++) {
                codes[coded + i] = code(slots[from + i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                codes[coded + i] = mapped(known[slots[from + i]]);
            }
        }
        coded += count;
        if (!trial.continues(count, distinct.size(), distinct.pageBytes())) {
            giveUp();
        }
    }

    @Override
    int valueBytes() {
        return (int) Math.min(Integer.MAX_VALUE, coding ? codedBytes() : plain.size());
    }

    @Override
    long unencodedBytes() {
        return valueBytes;
    }

    @Override
    Encoding endValues(PageBuffer out, Statistics<?> statistics) {
        if (coding
                && !codedPages
                && !DictionaryTrial.pays(coded, distinct.size(), distinct.pageBytes(), codedBytes())) {
            giveUp();
        }
        valueBytes = 0;
        if (!coding) {
            bounds.moveTo(statistics);
            out.put(plain.bytes(), 0, plain.size());
            plain.clear();
            return Encoding.PLAIN;
        }
        addCodedBounds();
        bounds.moveTo(statistics);
        int bitWidth = CodeRuns.width(distinct.size());
        out.putByte(bitWidth);
        CodeRuns.encode(codes, coded, bitWidth, out);
        coded = 0;
        codedPages = true;
        return Encoding.RLE_DICTIONARY;
    }

    @Override
    @Nullable
    DictionaryPage dictionary() {
        if (!codedPages) {
            return null;
        }
        PageBuffer entries = new PageBuffer();
        for (int code = 0; code < distinct.size(); code++) {
            putOne(entries, distinct.data(), distinct.start(code), distinct.length(code));
        }
        return new DictionaryPage(BytesInput.from(entries.bytes(), 0, entries.size()), distinct.size(), Encoding.PLAIN);
    }

    private long codedBytes() {
        return valueBytes + (long) coded * Integer.BYTES;
    }

    private int slot(int row) {
        int[] known = sourceCodes;
        return known == null ? row : known[row];
    }

    private int mapped(int sourceCode) {
        int code = codeOf[sourceCode];
        if (code < 0) {
            int start = offsets[sourceCode];
            code = distinct.code(data, start, offsets[sourceCode + 1] - start);
            codeOf[sourceCode] = code;
        }
        valueBytes += distinct.length(code);
        return code;
    }

    private int code(int slot) {
        int start = offsets[slot];
        int length = offsets[slot + 1] - start;
        valueBytes += length;
        return distinct.code(data, start, length);
    }

    private void putPlain(int[] slots, int from, int count) {
        for (int i = from; i < from + count; i++) {
            int slot = slot(slots[i]);
            int start = offsets[slot];
            int length = offsets[slot + 1] - start;
            valueBytes += length;
            bounds.add(data, start, length);
            putOne(plain, data, start, length);
        }
    }

    private void giveUp() {
        coding = false;
        for (int i = 0; i < coded; i++) {
            int start = distinct.start(codes[i]);
            int length = distinct.length(codes[i]);
            bounds.add(distinct.data(), start, length);
            putOne(plain, distinct.data(), start, length);
        }
        coded = 0;
        codes = NO_CODES;
        codeOf = NO_CODES;
    }

    /** Bounds of a page of codes: each entry in it is looked at once. */
    private void addCodedBounds() {
        boolean[] seen = new boolean[distinct.size()];
        for (int i = 0; i < coded; i++) {
            int code = codes[i];
            if (!seen[code]) {
                seen[code] = true;
                bounds.add(distinct.data(), distinct.start(code), distinct.length(code));
            }
        }
    }

    private static void putOne(PageBuffer out, byte[] bytes, int start, int length) {
        int at = out.reserve(Integer.BYTES + length);
        PageBuffer.INTS.set(out.bytes(), at, length);
        System.arraycopy(bytes, start, out.bytes(), at + Integer.BYTES, length);
    }
}
