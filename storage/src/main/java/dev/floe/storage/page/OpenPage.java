package dev.floe.storage.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.PageReader;

/** The page of a chunk that is being read: its definition levels, and where its values are. */
@SuppressWarnings("deprecation") // files have the deprecated encodings; toByteBuffer does not copy
final class OpenPage {
    private final PageReader pages;
    private final boolean optional;
    private int[] levels = new int[0];
    private int rows;
    private int read;
    private int present;
    private byte[] bytes = new byte[0];
    private int valuesFrom;
    private int valuesEnd;
    private boolean coded;

    OpenPage(PageReader pages, boolean optional) {
        this.pages = pages;
        this.optional = optional;
    }

    /** Goes on to the next page that has rows; throws where there is none or it is of an unknown form. */
    void next() throws IOException {
        do {
            DataPage next = pages.readPage();
            if (next == null) {
                throw new IllegalArgumentException("the chunk has fewer rows than its row group");
            }
            open(next);
        } while (rows == 0);
    }

    /** Rows not read yet. */
    int rest() {
        return rows - read;
    }

    void skip(int count) {
        read += count;
    }

    /** True where no row of the page is without a value. */
    boolean isFull() {
        return present == rows;
    }

    /** Values of the page, in codes or plain. */
    int valueCount() {
        return present;
    }

    boolean isCoded() {
        return coded;
    }

    byte[] bytes() {
        return bytes;
    }

    int valuesFrom() {
        return valuesFrom;
    }

    int valuesEnd() {
        return valuesEnd;
    }

    /** Sets a bit, from {@code at} on, for each of the next rows that has a value; returns how many do. */
    int mark(int count, long[] words, int at) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            long level = levels[read + i];
            words[(at + i) >>> 6] |= level << (at + i);
            found += (int) level;
        }
        return found;
    }

    /** How many of the next rows have a value. */
    int present(int count) {
        int found = 0;
        for (int i = read; i < read + count; i++) {
            found += levels[i];
        }
        return found;
    }

    private void open(DataPage next) throws IOException {
        rows = next.getValueCount();
        read = 0;
        Encoding encoding;
        if (next instanceof DataPageV2 page) {
            encoding = page.getDataEncoding();
            take(page.getDefinitionLevels());
            if (optional) {
                readLevels(valuesFrom, valuesEnd);
            }
            take(page.getData());
        } else {
            DataPageV1 page = (DataPageV1) next;
            encoding = page.getValueEncoding();
            take(page.getBytes());
            if (optional) {
                readLevels(page.getDlEncoding());
            }
        }
        present = optional ? present : rows;
        coded = encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
        if (!coded && encoding != Encoding.PLAIN) {
            throw new IllegalArgumentException("values in " + encoding);
        }
    }

    /** Levels before the values of a page of version 1. */
    private void readLevels(Encoding encoding) {
        if (encoding != Encoding.RLE) {
            throw new IllegalArgumentException("levels in " + encoding);
        }
        int length = (int) PageBuffer.INTS.get(bytes, valuesFrom);
        int from = valuesFrom + Integer.BYTES;
        if (length < 0 || length > valuesEnd - from) {
            throw new IllegalArgumentException("levels of " + length + " bytes");
        }
        readLevels(from, from + length);
        valuesFrom = from + length;
    }

    private void readLevels(int from, int end) {
        if (CodeRuns.areAllOne(bytes, from, end, rows)) {
            present = rows;
            return;
        }
        levels = levels.length < rows ? new int[rows] : levels;
        CodeRuns.decode(bytes, from, end, 1, levels, rows);
        int found = 0;
        for (int i = 0; i < rows; i++) {
            found += levels[i] & 1;
            levels[i] &= 1;
        }
        present = found;
    }

    private void take(BytesInput input) throws IOException {
        ByteBuffer buffer = input.toByteBuffer();
        if (buffer.hasArray()) {
            bytes = buffer.array();
            valuesFrom = buffer.arrayOffset() + buffer.position();
        } else {
            bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            valuesFrom = 0;
        }
        valuesEnd = valuesFrom + buffer.remaining();
    }
}
