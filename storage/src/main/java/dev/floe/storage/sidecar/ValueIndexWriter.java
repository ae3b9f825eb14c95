package dev.floe.storage.sidecar;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * Collects the hashes of a data file's values and writes its secondary index.
 *
 * <p>Rows come by ascending position. They are spread over parts by the first bits of their hashes in one pass, about a
 * row a part; what is left to sort are the few parts that have several hashes. 12 bytes a row of memory twice, and 4
 * for the parts. Not safe for threads.
 */
public final class ValueIndexWriter {
    /** Rows an index holds at most, so that it can be mapped in one piece. */
    public static final int ROWS_MAX = 100_000_000;

    private static final int PART_BITS_MAX = 24;
    /** Parts up to this many rows are sorted by insertion. */
    private static final int INSERTED_MAX = 32;

    private final IndexFields fields;
    private long[] hashes;
    private int[] positions;
    private int size;

    /** @param expectedRows how many rows will come, about */
    public ValueIndexWriter(IndexFields fields, long expectedRows) {
        this.fields = fields;
        int room = (int) Math.max(16, Math.min(ROWS_MAX, expectedRows));
        this.hashes = new long[room];
        this.positions = new int[room];
    }

    /** Takes the hash of a row's values with the row's position. Throws UNSUPPORTED beyond {@link #ROWS_MAX} rows. */
    public void add(long hash, long position) {
        if (size == hashes.length) {
            int room = (int) Math.min(ROWS_MAX, size * 2L);
            if (room == size) {
                throw new FloeException(
                        ErrorCode.UNSUPPORTED, "an index holds at most " + ROWS_MAX + " rows of a file");
            }
            hashes = Arrays.copyOf(hashes, room);
            positions = Arrays.copyOf(positions, room);
        }
        hashes[size] = hash;
        positions[size++] = (int) position;
    }

    /** Writes the index beside its data file, over one that is there. Throws STORAGE_UNAVAILABLE. */
    public void write(FileIO io, DataFile file) {
        String location = SidecarName.of(file.location(), fields);
        SidecarFile.write(io, location, ValueIndexHeader.BLOB_TYPE, fields.ids(), encode(file), file);
    }

    /** The index that would be written, on the heap. */
    public ValueIndex toIndex(DataFile file) {
        return ValueIndex.of(SidecarBytes.of(encode(file)), file);
    }

    private ByteBuffer encode(DataFile file) {
        sort();
        int values = 0;
        for (int i = 0; i < size; i++) {
            values += i == 0 || hashes[i] != hashes[i - 1] ? 1 : 0;
        }
        ValueIndexHeader header =
                ValueIndexHeader.of(file.location(), file.recordCount(), file.fileSizeInBytes(), values, size);
        ByteBuffer blob =
                ByteBuffer.allocate(Math.toIntExact(header.blobBytes())).order(ByteOrder.LITTLE_ENDIAN);
        header.write(blob);
        int[] directory = new int[header.directoryEntries()];
        int at = Math.toIntExact(header.valuesOffset());
        for (int i = 0; i < size; i++) {
            if (i + 1 < size && hashes[i + 1] == hashes[i]) {
                continue;
            }
            // fields overlap: the bytes that one writes too much are overwritten by the next
            blob.putLong(at, Long.reverseBytes(hashes[i] << header.unkeptBits()));
            blob.putInt(at + header.hashBytes(), i + 1);
            at += header.valueBytes();
            directory[header.block(hashes[i]) + 1]++;
        }
        for (int i = 0; i < size; i++) {
            blob.putInt(at, positions[i]);
            at += header.positionBytes();
        }
        // the last position may have written into the padding
        blob.putLong(at, 0);
        int before = 0;
        for (int block = 0; block < directory.length; block++) {
            before += directory[block];
            blob.putInt(ValueIndexHeader.BYTES + block * Integer.BYTES, before);
        }
        CRC32C crc = new CRC32C();
        crc.update(blob.duplicate().position(ValueIndexHeader.CRC_BYTES).limit(blob.capacity()));
        blob.putInt(0, (int) crc.getValue());
        return blob.clear();
    }

    /** Puts the rows in the order of their hashes, those of a hash in the order they came in. */
    private void sort() {
        int bits = Math.min(PART_BITS_MAX, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, size)));
        int[] starts = new int[(1 << bits) + 1];
        for (int i = 0; i < size; i++) {
            starts[(int) (hashes[i] >>> (Long.SIZE - bits)) + 1]++;
        }
        for (int part = 1; part < starts.length; part++) {
            starts[part] += starts[part - 1];
        }
        long[] sortedHashes = new long[size];
        int[] sortedPositions = new int[size];
        for (int i = 0; i < size; i++) {
            int to = starts[(int) (hashes[i] >>> (Long.SIZE - bits))]++;
            sortedHashes[to] = hashes[i];
            sortedPositions[to] = positions[i];
        }
        hashes = sortedHashes;
        positions = sortedPositions;
        int from = 0;
        for (int part = 0; part < starts.length - 1; part++) {
            if (!isSorted(from, starts[part])) {
                sort(from, starts[part]);
            }
            from = starts[part];
        }
    }

    private boolean isSorted(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (Long.compareUnsigned(hashes[i - 1], hashes[i]) > 0) {
                return false;
            }
        }
        return true;
    }

    private void sort(int from, int to) {
        if (to - from <= INSERTED_MAX) {
            for (int i = from + 1; i < to; i++) {
                insert(from, i);
            }
            return;
        }
        int middle = (from + to) >>> 1;
        sort(from, middle);
        sort(middle, to);
        merge(from, middle, to);
    }

    private void insert(int from, int i) {
        long hash = hashes[i];
        int position = positions[i];
        int at = i;
        while (at > from && Long.compareUnsigned(hashes[at - 1], hash) > 0) {
            hashes[at] = hashes[at - 1];
            positions[at] = positions[at - 1];
            at--;
        }
        hashes[at] = hash;
        positions[at] = position;
    }

    private void merge(int from, int middle, int to) {
        long[] left = Arrays.copyOfRange(hashes, from, middle);
        int[] leftPositions = Arrays.copyOfRange(positions, from, middle);
        int next = 0;
        int right = middle;
        for (int at = from; next < left.length; at++) {
            if (right < to && Long.compareUnsigned(hashes[right], left[next]) < 0) {
                hashes[at] = hashes[right];
                positions[at] = positions[right++];
            } else {
                hashes[at] = left[next];
                positions[at] = leftPositions[next++];
            }
        }
    }
}
