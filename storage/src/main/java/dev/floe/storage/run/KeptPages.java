package dev.floe.storage.run;

import java.util.function.Supplier;

/** Pages of data files, which never change, kept for readers to share. */
public interface KeptPages {
    /** Keeps none. */
    KeptPages NONE = (place, read) -> read.get();

    /**
     * Where a page is.
     *
     * @param file location of the data file
     * @param offset where the page begins in it
     */
    record Place(String file, long offset) {}

    /** The page at a place: a kept one, or what {@code read} returns, which may be kept then. */
    KeptPage page(Place place, Supplier<KeptPage> read);
}
