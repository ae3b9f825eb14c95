package dev.floe.storage.run;

import java.util.function.Supplier;

/** Pages of data files, which never change, kept for readers to share. */
public interface KeptPages {
    /** Keeps none. */
    KeptPages NONE = (place, read) -> read.get();

    /**
     * Where a page is, and what is kept of it.
     *
     * @param file location of the data file
     * @param offset where the page begins in it
     * @param decoded true of a dictionary that is kept decoded: it depends on the type that values are read as, which
     *     may change with the table's schema
     */
    record Place(String file, long offset, boolean decoded) {}

    /** The page at a place: a kept one, or what {@code read} returns, which may be kept then. */
    KeptPage page(Place place, Supplier<KeptPage> read);
}
