package dev.floe.storage.sidecar;

import dev.floe.storage.index.KeyIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * Collects the keys of one data file and writes its sidecar.
 *
 * <p>Keys come in any order, each once. They are spread over parts of the directory's blocks in one pass and put in
 * order within each, which is all the sorting there is: about 16 bytes a key of memory twice, and 12 for the parts. Not
 * safe for threads.
 */
public final class SidecarWriter {
    /** Keys a sidecar holds at most, so that it can be mapped in one piece. */
    public static final int KEYS_MAX = 100_000_000;

    /** A block of the directory is sorted in parts of about one key: hardly any is out of order in its part. */
    private static final int PART_BITS = 4;

    private final List<Integer> keyFieldIds;
    private long[] high;
    private int[] tail;
    private int[] position;
    private int size;

    /** @param expectedKeys how many keys will come, about */
    public SidecarWriter(List<Integer> keyFieldIds, long expectedKeys) {
        this.keyFieldIds = List.copyOf(keyFieldIds);
        int room = (int) Math.max(16, Math.min(KEYS_MAX, expectedKeys));
        this.high = new long[room];
        this.tail = new int[room];
        this.position = new int[room];
    }

    public int size() {
        return size;
    }

    /** Takes the hash of a key with the position of its row. */
    public void add(long highBits, long lowBits, long rowPosition) {
        if (size == high.length) {
            int room = (int) Math.min(KEYS_MAX, size * 2L);
            if (room == size) {
                throw new IllegalStateException("a sidecar holds at most " + KEYS_MAX + " keys");
            }
            high = Arrays.copyOf(high, room);
            tail = Arrays.copyOf(tail, room);
            position = Arrays.copyOf(position, room);
        }
        high[size] = highBits;
        tail[size] = KeyIndex.tail(lowBits);
        position[size++] = (int) rowPosition;
    }

    /** Writes the sidecar beside its data file, over one that is there; as durable on return as a data file. */
    public void write(FileIO io, DataFile file) {
        SidecarFile.write(
                io, SidecarName.of(file.location()), SidecarHeader.BLOB_TYPE, keyFieldIds, encode(file), file);
    }

    /** The sidecar that would be written, on the heap. */
    public Sidecar toSidecar(DataFile file) {
        return Sidecar.of(SidecarBytes.of(encode(file)), file);
    }

    private ByteBuffer encode(DataFile file) {
        SidecarHeader header = SidecarHeader.of(file.location(), file.recordCount(), file.fileSizeInBytes(), size);
        ByteBuffer blob =
                ByteBuffer.allocate(Math.toIntExact(header.blobBytes())).order(ByteOrder.LITTLE_ENDIAN);
        header.write(blob);
        blob.position(SidecarHeader.BYTES);
        for (int start : sort(header)) {
            blob.putInt(start);
        }
        int at = blob.position();
        for (int i = 0; i < size; i++) {
            // fields overlap: the bytes that one writes too much are the same in the next, or the next record's
            blob.putLong(at, Long.reverseBytes(header.leading(high[i], tail[i])));
            blob.putInt(at + header.hashBytes() - Integer.BYTES, Integer.reverseBytes(tail[i]));
            blob.putInt(at + header.hashBytes(), position[i]);
            at += header.recordBytes();
        }
        CRC32C crc = new CRC32C();
        crc.update(blob.duplicate().position(SidecarHeader.CRC_BYTES).limit(blob.capacity()));
        blob.putInt(0, (int) crc.getValue());
        return blob.clear();
    }

    /** Puts the keys in order and returns where each block starts, and at last where the last one ends. */
    private int[] sort(SidecarHeader header) {
        int bits = header.directoryBits() + PART_BITS;
        int[] starts = new int[(1 << bits) + 1];
        for (int i = 0; i < size; i++) {
            starts[part(high[i], bits) + 1]++;
        }
        for (int part = 1; part < starts.length; part++) {
            starts[part] += starts[part - 1];
        }
        long[] sortedHigh = new long[size];
        int[] sortedTail = new int[size];
        int[] sortedPosition = new int[size];
        int[] next = Arrays.copyOf(starts, starts.length - 1);
        for (int i = 0; i < size; i++) {
            int part = part(high[i], bits);
            int at = next[part]++;
            while (at > starts[part] && isBefore(high[i], tail[i], sortedHigh[at - 1], sortedTail[at - 1])) {
                sortedHigh[at] = sortedHigh[at - 1];
                sortedTail[at] = sortedTail[at - 1];
                sortedPosition[at] = sortedPosition[at - 1];
                at--;
            }
            sortedHigh[at] = high[i];
            sortedTail[at] = tail[i];
            sortedPosition[at] = position[i];
        }
        high = sortedHigh;
        tail = sortedTail;
        position = sortedPosition;
        int[] blocks = new int[header.directoryEntries()];
        for (int block = 0; block < blocks.length; block++) {
            blocks[block] = starts[block << PART_BITS];
        }
        return blocks;
    }

    /** The part of a block that a hash belongs to: its first bits. */
    private static int part(long high, int bits) {
        return (int) (high >>> (Long.SIZE - bits));
    }

    private static boolean isBefore(long high, int tail, long otherHigh, int otherTail) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order < 0 || (order == 0 && Integer.compareUnsigned(tail, otherTail) < 0);
    }
}
