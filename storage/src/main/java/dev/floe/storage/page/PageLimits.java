package dev.floe.storage.page;

/**
 * When a page or a dictionary is full.
 *
 * @param rows rows of a page
 * @param bytes bytes of a page before compression, which the last value may exceed
 * @param dictionaryBytes bytes of a column chunk's dictionary, which the last rows may exceed
 */
public record PageLimits(int rows, int bytes, int dictionaryBytes) {
    public PageLimits {
        if (rows < 1 || bytes < 1 || dictionaryBytes < 1) {
            throw new IllegalArgumentException("a page holds something");
        }
    }
}
