package dev.floe.storage.sidecar;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Head of a sidecar's blob: whose it is and how its records are coded.
 *
 * <pre>
 *   0  CRC32C of all bytes from 4 on (4 bytes)
 *   4  version of the layout, 1 (4 bytes)
 *   8  rows of the data file (8 bytes)
 *  16  bytes of the data file (8 bytes)
 *  24  XXH3 with 128 bits of the data file's name in UTF-8, high half first (16 bytes)
 *  40  records (8 bytes)
 *  48  directory bits b, hash bytes h, position bytes p (a byte each)
 *  51  zeros
 *  64  directory: 2^b + 1 record numbers (4 bytes each)
 *      records of h + p bytes
 *      8 zeros
 * </pre>
 *
 * <p>Numbers are little-endian. {@code docs/sidecars.md} has the rest.
 */
record SidecarHeader(
        long dataRows,
        long dataBytes,
        long nameHigh,
        long nameLow,
        int records,
        int directoryBits,
        int hashBytes,
        int positionBytes) {
    static final String BLOB_TYPE = "floe-key-index-v1";
    static final int VERSION = 1;
    static final int BYTES = 64;
    static final int CRC_BYTES = Integer.BYTES;
    static final int PADDING_BYTES = 8;
    /** Bytes of a hash that count: the high half and the upper half of the low one. */
    static final int KEY_BYTES = 12;

    private static final int DIRECTORY_BITS_MAX = 28;
    /** Records to a directory entry at least, and at most twice as many: a few cache lines to search. */
    private static final int BLOCK_RECORDS_MIN = 8;

    /** How the records of a data file are coded. */
    static SidecarHeader of(String location, long dataRows, long dataBytes, int records) {
        int bits = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(records / BLOCK_RECORDS_MIN) - 1);
        int positionBits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, dataRows - 1));
        HashValue128 name = nameHash(location);
        return new SidecarHeader(
                dataRows,
                dataBytes,
                name.getMostSignificantBits(),
                name.getLeastSignificantBits(),
                records,
                bits,
                KEY_BYTES - bits / Byte.SIZE,
                (positionBits + Byte.SIZE - 1) / Byte.SIZE);
    }

    static SidecarHeader read(ByteBuffer blob) {
        ByteBuffer in = blob.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return new SidecarHeader(
                in.getLong(8),
                in.getLong(16),
                in.getLong(24),
                in.getLong(32),
                (int) Math.min(Integer.MAX_VALUE, in.getLong(40)),
                in.get(48),
                in.get(49),
                in.get(50));
    }

    void write(ByteBuffer blob) {
        ByteBuffer out = blob.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(4, VERSION);
        out.putLong(8, dataRows);
        out.putLong(16, dataBytes);
        out.putLong(24, nameHigh);
        out.putLong(32, nameLow);
        out.putLong(40, records);
        out.put(48, (byte) directoryBits);
        out.put(49, (byte) hashBytes);
        out.put(50, (byte) positionBytes);
    }

    boolean isOf(String location, long rows, long bytes) {
        HashValue128 name = nameHash(location);
        return nameHigh == name.getMostSignificantBits()
                && nameLow == name.getLeastSignificantBits()
                && dataRows == rows
                && dataBytes == bytes;
    }

    /** True where the numbers make sense together, so that nothing is read outside the blob. */
    boolean isSound(long blobBytes) {
        return records >= 0
                && records <= dataRows
                && directoryBits >= 0
                && directoryBits <= DIRECTORY_BITS_MAX
                && hashBytes == KEY_BYTES - directoryBits / Byte.SIZE
                && positionBytes >= 1
                && positionBytes <= Integer.BYTES
                && blobBytes == blobBytes();
    }

    int directoryEntries() {
        return (1 << directoryBits) + 1;
    }

    long recordsOffset() {
        return BYTES + (long) directoryEntries() * Integer.BYTES;
    }

    int recordBytes() {
        return hashBytes + positionBytes;
    }

    long blobBytes() {
        return recordsOffset() + (long) records * recordBytes() + PADDING_BYTES;
    }

    /** The directory entry of a hash. */
    int block(long high) {
        return (int) (high >>> 1 >>> (Long.SIZE - 1 - directoryBits));
    }

    /** The first 8 bytes of a key that a record keeps. */
    long leading(long high, int tail) {
        int dropped = Byte.SIZE * (KEY_BYTES - hashBytes);
        return dropped == 0 ? high : high << dropped | Integer.toUnsignedLong(tail) >>> (Integer.SIZE - dropped);
    }

    /** The high half of a hash of which a record of a block keeps the leading bytes. */
    long high(int block, long leading) {
        int dropped = Byte.SIZE * (KEY_BYTES - hashBytes);
        if (dropped == 0) {
            return leading;
        }
        return (long) (block >>> (directoryBits - dropped)) << (Long.SIZE - dropped) | leading >>> dropped;
    }

    /** The hash of a file's name, by which a sidecar knows its data file. */
    static HashValue128 nameHash(String location) {
        byte[] name = location.substring(location.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
        return Hashing.xxh3_128().hashBytesTo128Bits(name);
    }
}
