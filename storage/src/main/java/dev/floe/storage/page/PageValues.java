package dev.floe.storage.page;

import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;

/**
 * Turns the values of pages into a vector of rows.
 *
 * <p>Codes of a page are decoded all at once, or only those that are taken where some were skipped. Whatever it meets
 * in damaged bytes ends in a RuntimeException, of any kind.
 */
abstract class PageValues {
    private byte[] bytes = new byte[0];
    private int codesFrom;
    private int codesEnd;
    private int width;
    private boolean coded;
    private boolean skipping;
    /** Codes of the page, and the next to take. */
    private int codeCount;

    private int nextCode;
    private int[] codes = new int[0];
    /** The first decoded code of the page and the one after the last. */
    private int decodedFrom;

    private int decodedEnd;

    /** Begins a vector. */
    abstract void begin(int rows);

    /** Takes the next {@code count} plain values for the rows from {@code at} on. */
    abstract void takePlain(int at, int count);

    /** Passes the next plain values. */
    abstract void skipPlain(int count);

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
        if (!coded) {
            openPlain(page.bytes(), page.valuesFrom(), page.valuesEnd());
            return;
        }
        bytes = page.bytes();
        codeCount = page.valueCount();
        nextCode = 0;
        decodedFrom = 0;
        decodedEnd = 0;
        skipping = false;
        if (codeCount == 0) {
            return;
        }
        width = page.valuesFrom() < page.valuesEnd() ? bytes[page.valuesFrom()] : -1;
        if (width < 0 || width >= Integer.SIZE) {
            throw new IllegalArgumentException("codes of " + width + " bits");
        }
        codesFrom = page.valuesFrom() + 1;
        codesEnd = page.valuesEnd();
    }

    /** Takes the page's next values for the rows from {@code at} on. */
    final void take(int at, int count) {
        if (!coded) {
            takePlain(at, count);
            return;
        }
        if (nextCode + count > decodedEnd) {
            decode(skipping ? count : codeCount - nextCode);
        }
        takeCodes(codes, nextCode - decodedFrom, at, count);
        nextCode += count;
    }

    /** Passes the page's next values. */
    final void skip(int count) {
        if (coded) {
            nextCode += count;
            skipping = true;
        } else {
            skipPlain(count);
        }
    }

    private void decode(int count) {
        int room = count + CodeRuns.LEAD_MAX;
        codes = codes.length < room ? new int[room] : codes;
        int lead = CodeRuns.decode(bytes, codesFrom, codesEnd, width, codes, nextCode, count);
        decodedFrom = nextCode - lead;
        decodedEnd = nextCode + count;
    }

    static boolean isSet(long[] words, int row) {
        return (words[row >>> 6] >>> row & 1) != 0;
    }
}
