package dev.floe.storage.run;

import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/** Pages of which the first is known to begin with a certain row. */
final class PageFrom implements PageReader {
    private final PageReader pages;
    private @Nullable DataPage first;
    private final long firstRow;

    /** @param isWhole all pages of the row group were read, which do not say where they begin; else each does */
    PageFrom(PageReader pages, boolean isWhole) {
        this.pages = pages;
        DataPage page = pages.readPage();
        this.first = page;
        this.firstRow = isWhole
                ? 0
                : page.getFirstRowIndex()
                        .orElseThrow(() -> new IllegalArgumentException("a page does not say where it begins"));
    }

    long firstRow() {
        return firstRow;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return pages.readDictionaryPage();
    }

    @Override
    public long getTotalValueCount() {
        return pages.getTotalValueCount();
    }

    @Override
    public @Nullable DataPage readPage() {
        DataPage page = first;
        first = null;
        return page == null ? pages.readPage() : page;
    }
}
