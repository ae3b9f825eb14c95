package dev.floe.storage.run;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts the pages of values that a {@link PointReader} comes by; dictionaries are not counted. For one thread.
 *
 * <p>A thorough one tells the pages apart, which a plain one has no time for: it counts a page each time.
 */
public final class PageTally {
    private final boolean thorough;
    private final Map<KeptPages.Place, Integer> chunks = new HashMap<>();
    private final Set<KeptPages.Place> pages = new HashSet<>();
    private long wanted;
    private long read;
    private long unpaged;

    public PageTally(boolean thorough) {
        this.thorough = thorough;
    }

    /** A page of a chunk of so many, which begins at {@code first}, is wanted. */
    void want(KeptPages.Place page, long first, int pagesOfChunk) {
        wanted++;
        if (thorough) {
            pages.add(page);
            chunks.put(new KeptPages.Place(page.file(), first, false), pagesOfChunk);
        }
    }

    /** It was read from its file, as it was not kept. */
    void read() {
        read++;
    }

    /** Rows were read with whole row groups, as no pages of theirs can be found. */
    public void unpaged() {
        unpaged++;
    }

    /** Pages of the column chunks that have rows wanted; only a thorough tally knows. */
    public long total() {
        return chunks.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** Pages that have rows wanted: each once in a thorough tally, else each time that it was asked for. */
    public long wanted() {
        return thorough ? pages.size() : wanted;
    }

    /** Pages that were read from files, as nobody had kept them. */
    public long pagesRead() {
        return read;
    }

    /** How often rows were read with whole row groups. */
    public long readsUnpaged() {
        return unpaged;
    }
}
