package dev.floe.storage.page;

import java.io.IOException;
import org.apache.parquet.column.page.DictionaryPage;
import org.jspecify.annotations.Nullable;

/** Entries that are byte strings: entry {@code i} is the data from {@code offsets[i]} to {@code offsets[i + 1]}. */
@SuppressWarnings({"ArrayRecordComponent", "deprecation"}) // never compared; toByteArray's successor wants an allocator
record ByteEntries(byte[] data, int[] offsets, int size) implements ChunkDictionary {
    static ByteEntries decode(@Nullable DictionaryPage page) throws IOException {
        if (page == null) {
            return new ByteEntries(new byte[0], new int[0], 0);
        }
        byte[] bytes = page.getBytes().toByteArray();
        int size = page.getDictionarySize();
        if ((long) size * Integer.BYTES > bytes.length) {
            throw new IllegalArgumentException("a dictionary is cut off");
        }
        int[] ends = new int[size + 1];
        byte[] entries = new byte[bytes.length - size * Integer.BYTES];
        int next = 0;
        for (int i = 0; i < size; i++) {
            int length = ByteValues.length(bytes, next, bytes.length);
            next += Integer.BYTES;
            System.arraycopy(bytes, next, entries, ends[i], length);
            next += length;
            ends[i + 1] = ends[i] + length;
        }
        return new ByteEntries(entries, ends, size);
    }

    @Override
    public long bytes() {
        return data.length + (long) offsets.length * Integer.BYTES;
    }
}
