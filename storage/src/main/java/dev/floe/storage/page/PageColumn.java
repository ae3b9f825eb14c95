package dev.floe.storage.page;

import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row group that is neither nested nor repeated, being encoded into pages.
 *
 * <pre>
 *   vector, row numbers ─► values of the page ─┐
 *                      └─► definition levels ──┴─► page ─► PageWriter (compresses, indexes)
 * </pre>
 *
 * <p>Rows come in steps of at most {@value #STEP_ROWS}, each a few loops over arrays; no value becomes an object. Pages
 * are Parquet's data pages of version 1, which every reader knows. A column that repeats its values gets a dictionary,
 * until it turns out not to be worth it; pages written before that keep it. Not safe for threads.
 */
public abstract class PageColumn {
    static final int STEP_ROWS = 1_024;

    private static final GeospatialStatistics NOT_GEOSPATIAL =
            GeospatialStatistics.noopBuilder().build();
    private static final int[] NO_LEVELS = new int[0];

    private final ColumnDescriptor column;
    private final PageWriter pages;
    private final PageLimits limits;
    private final boolean optional;
    private final int[] present = new int[STEP_ROWS];
    private final PageBuffer page = new PageBuffer();
    private Statistics<?> statistics;
    private @Nullable Vector vector;
    /** Definition level of each row of the page, where {@link #leveled}. */
    private int[] levels = NO_LEVELS;

    /** True once a row of the page has no value. */
    private boolean leveled;

    private int rows;
    private int nulls;

    PageColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits) {
        if (column.getMaxRepetitionLevel() > 0 || column.getMaxDefinitionLevel() > 1) {
            throw new IllegalArgumentException(path(column) + " is nested");
        }
        this.column = column;
        this.pages = pages;
        this.limits = limits;
        this.optional = column.getMaxDefinitionLevel() == 1;
        this.statistics = Statistics.createStats(column.getPrimitiveType());
    }

    /** Takes the vector to read from, of a type that widens to the column's; null: the batch lacks the column. */
    public final void bind(@Nullable Vector source) {
        if (source != null) {
            bindTo(source);
        }
        vector = source;
    }

    /** Appends the values in some slots of the vector. */
    public final void write(int[] slots, int from, int to) throws IOException {
        int next = from;
        while (next < to) {
            int end = fitting(slots, next, Math.min(to, next + Math.min(STEP_ROWS, limits.rows() - rows)));
            append(slots, next, end);
            rows += end - next;
            next = end;
            if (rows >= limits.rows() || valueBytes() >= limits.bytes()) {
                endPage();
            }
        }
    }

    /** Bytes held back until the chunk ends, compressed pages included. */
    public final long bufferedBytes() {
        return pages.getMemSize() + valueBytes();
    }

    /** Ends the last page and hands over the dictionary. */
    public final void end() throws IOException {
        if (rows > 0) {
            endPage();
        }
        DictionaryPage dictionary = dictionary();
        if (dictionary != null) {
            pages.writeDictionaryPage(dictionary);
        }
    }

    /** Takes another vector; throws where it is of no form that widens to the column's. */
    abstract void bindTo(Vector source);

    /** Appends present values. */
    abstract void put(int[] slots, int from, int count);

    /** Where to stop so that one page does not hold far more than its bytes; past {@code from}. */
    int fitting(int[] slots, int from, int to) {
        return to;
    }

    /** Bytes of the page's values, about. */
    abstract int valueBytes();

    /** Appends the page's values in their encoding, adds their bounds to the statistics and begins anew. */
    abstract Encoding endValues(PageBuffer out, Statistics<?> bounds);

    /** The dictionary, where a page was written with it. */
    abstract @Nullable DictionaryPage dictionary();

    /** Bytes that the page's values have as such; 0 of types of fixed size. */
    long unencodedBytes() {
        return 0;
    }

    void putNulls(int count) {}

    final PageLimits limits() {
        return limits;
    }

    final Statistics<?> statistics() {
        return statistics;
    }

    final IllegalStateException mismatch(Vector source) {
        return new IllegalStateException("column " + path(column) + " can't be written from a "
                + source.getClass().getSimpleName());
    }

    private void append(int[] slots, int from, int to) {
        Vector source = vector;
        int count = to - from;
        if (source != null && source.validity().isAll()) {
            if (leveled) {
                Arrays.fill(levels, rows, rows + count, 1);
            }
            put(slots, from, count);
            return;
        }
        int found = source == null ? 0 : select(source.validity(), slots, from, to);
        if (found < count) {
            putAbsent(count - found);
        }
        if (leveled) {
            mark(source, slots, from, to);
        }
        if (found > 0) {
            put(present, 0, found);
        }
    }

    private int select(Validity validity, int[] slots, int from, int to) {
        int found = 0;
        for (int i = from; i < to; i++) {
            present[found] = slots[i];
            found += validity.isPresent(slots[i]) ? 1 : 0;
        }
        return found;
    }

    private void putAbsent(int count) {
        if (!optional) {
            throw new IllegalStateException("column " + path(column) + " is required and has no value");
        }
        if (!leveled) {
            levels = levels.length == 0 ? new int[limits.rows()] : levels;
            Arrays.fill(levels, 0, rows, 1);
            leveled = true;
        }
        nulls += count;
        putNulls(count);
    }

    private void mark(@Nullable Vector source, int[] slots, int from, int to) {
        for (int i = from; i < to; i++) {
            levels[rows + i - from] = source != null && source.validity().isPresent(slots[i]) ? 1 : 0;
        }
    }

    private void endPage() throws IOException {
        page.clear();
        if (optional) {
            int lengthAt = page.reserve(Integer.BYTES);
            if (leveled) {
                CodeRuns.encode(levels, rows, 1, page);
            } else {
                CodeRuns.constant(1, rows, 1, page);
            }
            page.setInt(lengthAt, page.size() - lengthAt - Integer.BYTES);
        }
        statistics.incrementNumNulls(nulls);
        SizeStatistics sizes = new SizeStatistics(column.getPrimitiveType(), unencodedBytes(), List.of(), List.of());
        Encoding encoding = endValues(page, statistics);
        pages.writePage(
                BytesInput.from(page.bytes(), 0, page.size()),
                rows,
                rows,
                statistics,
                sizes,
                NOT_GEOSPATIAL,
                Encoding.RLE,
                Encoding.RLE,
                encoding);
        statistics = Statistics.createStats(column.getPrimitiveType());
        leveled = false;
        rows = 0;
        nulls = 0;
    }

    private static String path(ColumnDescriptor column) {
        return String.join(".", column.getPath());
    }
}
