package dev.floe.storage.run;

import dev.floe.storage.page.ChunkDictionary;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.jspecify.annotations.Nullable;

/** A page of a data file as readers use it again and again, and the heap that it takes; safe to share. */
public sealed interface KeptPage {
    /** Heap that the page takes. */
    int bytes();

    /** Values of a column, decompressed. */
    record Values(DataPage page, int bytes) implements KeptPage {}

    /** The dictionary of a chunk, decoded where its form is known; null where the chunk has none. */
    record Entries(@Nullable DictionaryPage page, @Nullable ChunkDictionary decoded, int bytes) implements KeptPage {}
}
