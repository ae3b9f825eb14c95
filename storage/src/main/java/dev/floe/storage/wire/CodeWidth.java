package dev.floe.storage.wire;

/** Bytes of a dictionary code, by the dictionary's size. */
final class CodeWidth {
    static final int ONE_BYTE_MAX = 1 << 8;
    static final int TWO_BYTES_MAX = 1 << 16;

    private CodeWidth() {}

    static int of(int dictionarySize) {
        if (dictionarySize <= ONE_BYTE_MAX) {
            return 1;
        }
        return dictionarySize <= TWO_BYTES_MAX ? 2 : Integer.BYTES;
    }
}
