package dev.floe.storage.page;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Reads a column chunk that is neither nested nor repeated into vectors, in loops over a page's arrays.
 *
 * <pre>
 *   PageReader ─► OpenPage (levels, codes) ─► PageValues (numbers or byte strings) ─► Vector
 * </pre>
 *
 * <p>It knows plain values and codes of a dictionary, in pages of both versions; {@link #knows} tells before. Byte
 * strings that are coded in the chunk stay so in the vectors, which share its dictionary. Nothing in a page is trusted:
 * damage is DATA_UNREADABLE. For one thread.
 */
@SuppressWarnings("deprecation") // files have the deprecated encodings
public final class ChunkReader {
    private static final int LONG_DECIMAL_PRECISION_MAX = 18;
    /** Bit packing is what writers say of levels that a flat column has none of. */
    private static final Set<Encoding> KNOWN = Set.of(
            Encoding.PLAIN, Encoding.RLE, Encoding.RLE_DICTIONARY, Encoding.PLAIN_DICTIONARY, Encoding.BIT_PACKED);

    private final ColumnDescriptor column;
    private final OpenPage page;
    private final PageValues values;

    /** Begins to read a chunk that {@link #knows} is true for; values are widened to {@code type}. */
    public ChunkReader(ColumnDescriptor column, PageReader pages, Type type) {
        this(column, pages, dictionary(column, pages), type);
    }

    /** Begins to read some pages of such a chunk, whose dictionary was decoded before. */
    public ChunkReader(ColumnDescriptor column, PageReader pages, ChunkDictionary dictionary, Type type) {
        this.column = column;
        this.page = new OpenPage(pages, column.getMaxDefinitionLevel() > 0);
        this.values = dictionary instanceof ByteEntries entries
                ? new ByteValues(entries)
                : new NumberValues(stored(column), type, (NumberEntries) dictionary);
    }

    /** True where the chunk's form and encodings are known, and its values can be read as the type. */
    public static boolean knows(ColumnDescriptor column, Set<Encoding> encodings, Type type) {
        if (column.getMaxRepetitionLevel() > 0
                || column.getMaxDefinitionLevel() > 1
                || column.getPath().length > 1
                || !KNOWN.containsAll(encodings)) {
            return false;
        }
        return switch (type.typeId()) {
            case INTEGER, DATE -> stored(column) == PrimitiveTypeName.INT32;
            case LONG, TIME, TIMESTAMP -> isInteger(column);
            case FLOAT -> stored(column) == PrimitiveTypeName.FLOAT;
            case DOUBLE -> stored(column) == PrimitiveTypeName.FLOAT || stored(column) == PrimitiveTypeName.DOUBLE;
            case DECIMAL -> ((Types.DecimalType) type).precision() <= LONG_DECIMAL_PRECISION_MAX && isInteger(column);
            case STRING, BINARY -> stored(column) == PrimitiveTypeName.BINARY;
            case BOOLEAN, UUID, FIXED, TIMESTAMP_NANO, STRUCT, LIST, MAP, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY ->
                false;
        };
    }

    /** The next rows of the chunk, which has as many left. Throws DATA_UNREADABLE. */
    public Vector read(int rows) {
        try {
            return readChecked(rows);
        } catch (IOException | RuntimeException e) {
            throw damaged(column, e);
        }
    }

    /** Passes rows of the chunk, which has as many left, as good as undecoded. Throws DATA_UNREADABLE. */
    public void skip(int rows) {
        try {
            int left = rows;
            while (left > 0) {
                if (page.rest() == 0) {
                    nextPage();
                }
                int count = Math.min(left, page.rest());
                values.skip(page.isFull() ? count : page.present(count));
                page.skip(count);
                left -= count;
            }
        } catch (IOException | RuntimeException e) {
            throw damaged(column, e);
        }
    }

    private void nextPage() throws IOException {
        page.next();
        values.takePage(page);
    }

    private Vector readChecked(int rows) throws IOException {
        values.begin(rows);
        boolean anyAbsent = false;
        long[] present = new long[(rows + Long.SIZE - 1) / Long.SIZE];
        int done = 0;
        while (done < rows) {
            if (page.rest() == 0) {
                nextPage();
            }
            int count = Math.min(rows - done, page.rest());
            if (page.isFull()) {
                values.take(done, count);
                setBits(present, done, done + count);
            } else {
                int found = page.mark(count, present, done);
                values.take(done, found);
                values.spread(done, count, found, present);
                anyAbsent |= found < count;
            }
            page.skip(count);
            done += count;
        }
        return values.end(rows, anyAbsent ? Validity.of(present) : Validity.all());
    }

    private static void setBits(long[] words, int from, int to) {
        int first = from >>> 6;
        int last = (to - 1) >>> 6;
        long head = -1L << from;
        long tail = -1L >>> -to;
        if (first == last) {
            words[first] |= head & tail;
            return;
        }
        words[first] |= head;
        Arrays.fill(words, first + 1, last, -1L);
        words[last] |= tail;
    }

    private static ChunkDictionary dictionary(ColumnDescriptor column, PageReader pages) {
        try {
            return ChunkDictionary.decode(column, pages.readDictionaryPage());
        } catch (IOException | RuntimeException e) {
            throw damaged(column, e);
        }
    }

    private static boolean isInteger(ColumnDescriptor column) {
        return stored(column) == PrimitiveTypeName.INT32 || stored(column) == PrimitiveTypeName.INT64;
    }

    private static PrimitiveTypeName stored(ColumnDescriptor column) {
        return column.getPrimitiveType().getPrimitiveTypeName();
    }

    private static FloeException damaged(ColumnDescriptor column, Exception cause) {
        return new FloeException(
                ErrorCode.DATA_UNREADABLE,
                "column " + String.join(".", column.getPath()) + " of a data file can't be read: " + cause.getMessage(),
                cause);
    }
}
