package dev.floe.storage.page;

import java.io.IOException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The decoded dictionary of a column chunk, perhaps without entries; safe to share, for it never changes. */
public sealed interface ChunkDictionary permits NumberEntries, ByteEntries {
    /** Decodes the page of a chunk that {@link ChunkReader} knows; null where it has none. */
    static ChunkDictionary decode(ColumnDescriptor column, @Nullable DictionaryPage page) throws IOException {
        PrimitiveTypeName stored = column.getPrimitiveType().getPrimitiveTypeName();
        return stored == PrimitiveTypeName.BINARY ? ByteEntries.decode(page) : NumberEntries.decode(page, stored);
    }

    /** Heap that the entries take. */
    long bytes();
}
