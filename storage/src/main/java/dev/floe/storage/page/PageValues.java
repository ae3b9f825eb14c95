package dev.floe.storage.page;

import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import org.apache.parquet.column.page.DictionaryPage;
import org.jspecify.annotations.Nullable;

/**
 * Turns the values of pages into a vector of rows.
 *
 * <p>Whatever it meets in damaged bytes ends in a RuntimeException, of any kind.
 */
abstract class PageValues {
    private int[] codes = new int[0];
    private int nextCode;
    private boolean coded;

    /** Takes the chunk's dictionary, where it has one. */
    abstract void takeDictionary(@Nullable DictionaryPage dictionary) throws IOException;

    /** Begins a vector. */
    abstract void begin(int rows);

    /** Takes the next {@code count} plain values for the rows from {@code at} on. */
    abstract void takePlain(int at, int count);

    /** Takes values by their codes, from {@code first} on, for the rows from {@code at} on. */
    abstract void takeCodes(int[] values, int first, int at, int count);

    /** Moves the values of {@code found} rows from {@code at} on to the rows that have a bit. */
    abstract void spread(int at, int count, int found, long[] present);

    abstract Vector end(int rows, Validity validity);

    /** Takes note of where a page's plain values are. */
    abstract void openPlain(byte[] bytes, int from, int end);

    /** Goes on with another page. */
    final void takePage(OpenPage page) {
        coded = page.isCoded();
        int count = page.valueCount();
        if (!coded) {
            openPlain(page.bytes(), page.valuesFrom(), page.valuesEnd());
            return;
        }
        codes = codes.length < count ? new int[count] : codes;
        nextCode = 0;
        if (count == 0) {
            return;
        }
        int width = page.valuesFrom() < page.valuesEnd() ? page.bytes()[page.valuesFrom()] : -1;
        if (width < 0 || width >= Integer.SIZE) {
            throw new IllegalArgumentException("codes of " + width + " bits");
        }
        CodeRuns.decode(page.bytes(), page.valuesFrom() + 1, page.valuesEnd(), width, codes, count);
    }

    /** Takes the page's next values for the rows from {@code at} on. */
    final void take(int at, int count) {
        if (coded) {
            takeCodes(codes, nextCode, at, count);
            nextCode += count;
        } else {
            takePlain(at, count);
        }
    }

    static boolean isSet(long[] words, int row) {
        return (words[row >>> 6] >>> row & 1) != 0;
    }
}
