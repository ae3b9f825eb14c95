package dev.floe.storage.run;

import org.apache.parquet.internal.column.columnindex.OffsetIndex;

/** A range of one row, in the only form that parquet-java makes ranges of. */
record OneRow(long row) implements OffsetIndex {
    @Override
    public int getPageCount() {
        return 1;
    }

    @Override
    public long getOffset(int page) {
        return 0;
    }

    @Override
    public int getCompressedPageSize(int page) {
        return 0;
    }

    @Override
    public long getFirstRowIndex(int page) {
        return row;
    }

    @Override
    public long getLastRowIndex(int page, long rowGroupRows) {
        return row;
    }

    @Override
    public int getPageOrdinal(int page) {
        return page;
    }
}
