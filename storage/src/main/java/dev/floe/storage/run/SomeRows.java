package dev.floe.storage.run;

import java.util.stream.IntStream;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;

/** Ranges of a row each, in the only form that parquet-java makes ranges of: as if each row were a page. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SomeRows(long[] rows) implements OffsetIndex {
    /** The ranges of rows of a row group, which rise. */
    static RowRanges ranges(long[] rows, long groupRows) {
        return RowRanges.create(groupRows, IntStream.range(0, rows.length).iterator(), new SomeRows(rows));
    }

    @Override
    public int getPageCount() {
        return rows.length;
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
        return rows[page];
    }

    @Override
    public long getLastRowIndex(int page, long rowGroupRows) {
        return rows[page];
    }

    @Override
    public int getPageOrdinal(int page) {
        return page;
    }
}
