package dev.floe.storage.sidecar;

import com.dynatrace.hash4j.hashing.HashValue128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Head of a secondary index's blob: whose it is and how its parts are coded.
 *
 * <pre>
 *   0  CRC32C of all bytes from 4 on (4 bytes)
 *   4  version of the layout, 1 (4 bytes)
 *   8  rows of the data file (8 bytes)
 *  16  bytes of the data file (8 bytes)
 *  24  XXH3 with 128 bits of the data file's name in UTF-8, high half first (16 bytes)
 *  40  values (8 bytes)
 *  48  entries (8 bytes)
 *  56  directory bits b, hash bytes h, position bytes p (a byte each)
 *  59  zeros
 *  64  directory: 2^b + 1 value numbers (4 bytes each)
 *      values of h + 4 bytes
 *      entries of p bytes
 *      8 zeros
 * </pre>
 *
 * <p>Numbers are little-endian. {@code docs/sidecars.md} has the rest.
 */
record ValueIndexHeader(
        long dataRows,
        long dataBytes,
        long nameHigh,
        long nameLow,
        int values,
        int entries,
        int directoryBits,
        int hashBytes,
        int positionBytes) {
    static final String BLOB_TYPE = "floe-value-index-v1";
    static final int VERSION = 1;
    static final int BYTES = 64;
    static final int CRC_BYTES = Integer.BYTES;
    static final int END_BYTES = Integer.BYTES;

    private static final int PADDING_BYTES = 8;
    private static final int DIRECTORY_BITS_MAX = 24;
    /** Values to a directory entry at least, and at most twice as many: a few cache lines to search. */
    private static final int BLOCK_VALUES_MIN = 8;

    /** How the index of a data file is coded. */
    static ValueIndexHeader of(String location, long dataRows, long dataBytes, int values, int entries) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(values / BLOCK_VALUES_MIN) - 1;
        int directoryBits = Math.max(0, Math.min(DIRECTORY_BITS_MAX, bits));
        int positionBits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, dataRows - 1));
        HashValue128 name = SidecarHeader.nameHash(location);
        return new ValueIndexHeader(
                dataRows,
                dataBytes,
                name.getMostSignificantBits(),
                name.getLeastSignificantBits(),
                values,
                entries,
                directoryBits,
                Long.BYTES - directoryBits / Byte.SIZE,
                (positionBits + Byte.SIZE - 1) / Byte.SIZE);
    }

    static ValueIndexHeader read(ByteBuffer blob) {
        ByteBuffer in = blob.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return new ValueIndexHeader(
                in.getLong(8),
                in.getLong(16),
                in.getLong(24),
                in.getLong(32),
                (int) Math.min(Integer.MAX_VALUE, in.getLong(40)),
                (int) Math.min(Integer.MAX_VALUE, in.getLong(48)),
                in.get(56),
                in.get(57),
                in.get(58));
    }

    void write(ByteBuffer blob) {
        ByteBuffer out = blob.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(4, VERSION);
        out.putLong(8, dataRows);
        out.putLong(16, dataBytes);
        out.putLong(24, nameHigh);
        out.putLong(32, nameLow);
        out.putLong(40, values);
        out.putLong(48, entries);
        out.put(56, (byte) directoryBits);
        out.put(57, (byte) hashBytes);
        out.put(58, (byte) positionBytes);
    }

    boolean isOf(String location, long rows, long bytes) {
        HashValue128 name = SidecarHeader.nameHash(location);
        return nameHigh == name.getMostSignificantBits()
                && nameLow == name.getLeastSignificantBits()
                && dataRows == rows
                && dataBytes == bytes;
    }

    /** True where the numbers make sense together, so that nothing is read outside the blob. */
    boolean isSound(long blobBytes) {
        return values >= 0
                && values <= entries
                && entries <= dataRows
                && directoryBits >= 0
                && directoryBits <= DIRECTORY_BITS_MAX
                && hashBytes == Long.BYTES - directoryBits / Byte.SIZE
                && positionBytes >= 1
                && positionBytes <= Integer.BYTES
                && blobBytes == blobBytes();
    }

    int directoryEntries() {
        return (1 << directoryBits) + 1;
    }

    long valuesOffset() {
        return BYTES + (long) directoryEntries() * Integer.BYTES;
    }

    int valueBytes() {
        return hashBytes + END_BYTES;
    }

    long entriesOffset() {
        return valuesOffset() + (long) values * valueBytes();
    }

    long blobBytes() {
        return entriesOffset() + (long) entries * positionBytes + PADDING_BYTES;
    }

    /** The directory entry of a hash. */
    int block(long hash) {
        return (int) (hash >>> 1 >>> (Long.SIZE - 1 - directoryBits));
    }

    /** What a value keeps of its hash: the bytes that the directory does not imply. */
    long kept(long hash) {
        return hash & -1L >>> unkeptBits();
    }

    int unkeptBits() {
        return Byte.SIZE * (Long.BYTES - hashBytes);
    }
}
