package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.storage.run.KeptPage;
import dev.floe.storage.run.KeptPages;
import java.util.function.Supplier;

/** Pages that rows were looked up in lately, in a part of the heap; safe for use by several threads. */
final class PageCache implements KeptPages {
    private static final int HEAP_PART = 8;
    /** What an entry takes beside its page. */
    private static final int ENTRY_BYTES = 200;

    private final Cache<Place, KeptPage> pages;

    /** In an eighth of the heap. */
    PageCache() {
        this(Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    PageCache(long bytesMax) {
        this.pages = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .weigher((Place place, KeptPage page) -> ENTRY_BYTES + page.bytes())
                .build();
    }

    /** Two threads may both read a page that is not kept; neither waits for the other. */
    @Override
    public KeptPage page(Place place, Supplier<KeptPage> read) {
        KeptPage kept = pages.getIfPresent(place);
        if (kept == null) {
            kept = read.get();
            pages.put(place, kept);
        }
        return kept;
    }
}
