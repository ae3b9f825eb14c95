package dev.floe.storage.run;

import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/** Pages of a chunk, perhaps not all, of which the next one tells its rows before it is read. */
final class SomePages implements PageReader {
    private final PageReader pages;
    private final boolean areAll;
    private @Nullable DataPage next;
    private long firstRow;

    /** @param areAll all pages of the row group were read, which do not say where they begin; else each does */
    SomePages(PageReader pages, boolean areAll) {
        this.pages = pages;
        this.areAll = areAll;
        this.next = pages.readPage();
        this.firstRow = areAll ? 0 : firstRow(next);
    }

    /** The first row in the row group of the next page. */
    long firstRow() {
        return firstRow;
    }

    /** Rows of the next page; 0 at the end. */
    int rows() {
        DataPage page = next;
        return page == null ? 0 : page.getValueCount();
    }

    /** The next page, which has to be there. */
    DataPage take() {
        DataPage page = readPage();
        if (page == null) {
            throw new IllegalArgumentException("there are no more pages");
        }
        return page;
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
        DataPage page = next;
        if (page == null) {
            return null;
        }
        next = pages.readPage();
        firstRow = areAll ? firstRow + page.getValueCount() : firstRow(next);
        return page;
    }

    private static long firstRow(@Nullable DataPage page) {
        return page == null
                ? Long.MAX_VALUE
                : page.getFirstRowIndex()
                        .orElseThrow(() -> new IllegalArgumentException("a page does not say where it begins"));
    }
}
