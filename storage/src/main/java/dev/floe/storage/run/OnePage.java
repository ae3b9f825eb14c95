package dev.floe.storage.run;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A page as if it were the whole chunk, for parquet-java's own reader.
 *
 * <p>Its reader of some rows of several pages leaves out the last row where that is the only one of its page.
 */
final class OnePage implements PageReader, PageReadStore {
    private final @Nullable DictionaryPage dictionary;
    private final long values;
    private @Nullable DataPage page;

    OnePage(@Nullable DictionaryPage dictionary, DataPage page) {
        this.dictionary = dictionary;
        this.values = page.getValueCount();
        this.page = page;
    }

    ColumnReader values(ColumnDescriptor column, MessageType file, String createdBy) {
        return new ColumnReadStoreImpl(this, new DiscardingConverter(file), file, createdBy).getColumnReader(column);
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        return this;
    }

    @Override
    public long getRowCount() {
        return values;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DataPage readPage() {
        DataPage only = page;
        page = null;
        return only;
    }
}
