package dev.floe.storage.page;

/**
 * Says when a column chunk's dictionary is no longer worth its while.
 *
 * <p>It is given up where most of the first {@value #TRIAL_VALUES} values differ, where it outgrows its limits, and
 * where the first page with it would not be smaller than without.
 */
final class DictionaryTrial {
    private static final int TRIAL_VALUES = 4_096;
    private static final int ENTRIES_MAX = 1 << 16;

    private final int bytesMax;
    private long coded;
    private boolean passed;

    DictionaryTrial(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** False where the dictionary should be given up, after {@code count} more values. */
    boolean continues(int count, int entries, long dictionaryBytes) {
        coded += count;
        if (!passed && coded >= TRIAL_VALUES) {
            passed = true;
            if (entries > coded / 2) {
                return false;
            }
        }
        return entries <= ENTRIES_MAX && dictionaryBytes <= bytesMax;
    }

    /** True where a first page of codes, with its dictionary, is smaller than the values themselves. */
    static boolean pays(int values, int entries, long dictionaryBytes, long valueBytes) {
        return dictionaryBytes + (long) values * CodeRuns.width(Math.max(1, entries)) / Byte.SIZE < valueBytes;
    }
}
