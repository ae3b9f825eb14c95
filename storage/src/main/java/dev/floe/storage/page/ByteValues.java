package dev.floe.storage.page;

import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.util.Arrays;

/** Byte strings: codes as long as all rows of the vector have them, else plain. */
final class ByteValues extends PageValues {
    private static final int BYTES_A_ROW_GUESS = 16;
    private static final int PLAIN_BYTES_FIRST_MAX = 1 << 24;
    private static final byte[] NOTHING = new byte[0];
    private static final int[] NONE = new int[0];

    private final byte[] dictionaryData;
    private final int[] dictionaryOffsets;
    private final int dictionarySize;

    private byte[] plain = NOTHING;
    private int next;
    private int plainEnd;

    private int rows;
    /** Codes of the rows so far, where all have one. */
    private int[] codes = NONE;

    private boolean coding;
    private int[] offsets = NONE;
    private byte[] data = NOTHING;
    private int bytesPerRow = BYTES_A_ROW_GUESS;

    ByteValues(ByteEntries dictionary) {
        this.dictionaryData = dictionary.data();
        this.dictionaryOffsets = dictionary.offsets();
        this.dictionarySize = dictionary.size();
    }

    @Override
    void openPlain(byte[] bytes, int from, int end) {
        plain = bytes;
        next = from;
        plainEnd = end;
    }

    @Override
    void begin(int rowCount) {
        rows = rowCount;
        coding = dictionarySize > 0;
        if (coding) {
            codes = new int[rowCount];
        } else {
            beginPlain();
        }
    }

    @Override
    void takeCodes(int[] values, int first, int at, int count) {
        for (int i = 0; i < count; i++) {
            if (values[first + i] >= dictionarySize) {
                throw new IllegalArgumentException("a code is not in the dictionary");
            }
        }
        if (coding) {
            System.arraycopy(values, first, codes, at, count);
        } else {
            materialize(values, first, at, count);
        }
    }

    @Override
    void takePlain(int at, int count) {
        if (coding && count > 0) {
            coding = false;
            beginPlain();
            // rows without a value had the code 0: what they get is never looked at
            materialize(codes, 0, 0, at);
        }
        int end = count == 0 ? 0 : offsets[at];
        for (int i = 0; i < count; i++) {
            int length = nextLength();
            if (end + length > data.length) {
                data = Arrays.copyOf(data, room(end + (long) length));
            }
            System.arraycopy(plain, next, data, end, length);
            next += length;
            end += length;
            offsets[at + i + 1] = end;
        }
    }

    @Override
    void skipPlain(int count) {
        for (int i = 0; i < count; i++) {
            int length = nextLength();
            next += length;
        }
    }

    @Override
    void spread(int at, int count, int found, long[] present) {
        int left = found;
        for (int row = at + count - 1; row >= at; row--) {
            boolean there = isSet(present, row);
            if (coding) {
                codes[row] = there ? codes[at + left - 1] : 0;
            } else {
                offsets[row + 1] = offsets[at + left];
            }
            left -= there ? 1 : 0;
        }
    }

    @Override
    Vector end(int rowCount, Validity validity) {
        if (coding) {
            return BytesVector.dictionary(dictionaryOffsets, dictionaryData, dictionarySize, codes, rowCount, validity);
        }
        bytesPerRow = rowCount == 0 ? bytesPerRow : offsets[rowCount] / rowCount + 1;
        return BytesVector.plain(offsets, data, rowCount, validity);
    }

    private void beginPlain() {
        offsets = new int[rows + 1];
        data = new byte[(int) Math.min(PLAIN_BYTES_FIRST_MAX, (long) rows * bytesPerRow)];
    }

    private void materialize(int[] values, int first, int at, int count) {
        int end = offsets[at];
        for (int i = 0; i < count; i++) {
            int code = values[first + i];
            int start = dictionaryOffsets[code];
            int length = dictionaryOffsets[code + 1] - start;
            if (end + length > data.length) {
                data = Arrays.copyOf(data, room(end + (long) length));
            }
            System.arraycopy(dictionaryData, start, data, end, length);
            end += length;
            offsets[at + i + 1] = end;
        }
    }

    private int nextLength() {
        int length = length(plain, next, plainEnd);
        next += Integer.BYTES;
        return length;
    }

    /** The length of the plain byte string at a place, which ends before {@code end}. */
    static int length(byte[] plain, int at, int end) {
        int length = end - at < Integer.BYTES ? -1 : (int) PageBuffer.INTS.get(plain, at);
        if (length < 0 || length > end - at - Integer.BYTES) {
            throw new IllegalArgumentException("a byte string is cut off");
        }
        return length;
    }

    private int room(long bytes) {
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("byte strings of " + bytes + " bytes");
        }
        return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(bytes, data.length * 2L));
    }
}
