package dev.floe.storage.page;

import java.io.IOException;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Entries of 4 or 8 bytes, as their bits. */
@SuppressWarnings({"ArrayRecordComponent", "deprecation"}) // never compared; toByteArray's successor wants an allocator
record NumberEntries(long[] bits) implements ChunkDictionary {
    static NumberEntries decode(@Nullable DictionaryPage page, PrimitiveTypeName stored) throws IOException {
        if (page == null) {
            return new NumberEntries(new long[0]);
        }
        byte[] bytes = page.getBytes().toByteArray();
        int width = NumberValues.width(stored);
        if ((long) page.getDictionarySize() * width > bytes.length) {
            throw new IllegalArgumentException("a dictionary is cut off");
        }
        long[] bits = new long[page.getDictionarySize()];
        NumberValues.decode(bytes, 0, width, bits, 0, bits.length);
        return new NumberEntries(bits);
    }

    @Override
    public long bytes() {
        return (long) bits.length * Long.BYTES;
    }
}
