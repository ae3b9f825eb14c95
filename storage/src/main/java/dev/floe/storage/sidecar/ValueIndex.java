package dev.floe.storage.sidecar;

import java.nio.ByteBuffer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * A secondary index of one data file: from the hash of values to the positions of their rows, read where they lie.
 *
 * <p>It has every row of the file whose indexed values are all there, dead or not. Two values may share a hash, so what
 * is found are candidates. A file on a local disk is mapped, so it takes page cache and no heap; any other is read
 * whole. All bytes are checked once, when it is opened; {@link OpenSidecar} sees to it that they stay so. Safe for
 * threads.
 */
public final class ValueIndex implements CheckedSidecar {
    private final ValueIndexHeader header;
    private final SidecarBytes bytes;
    private final ByteBuffer blob;
    private final int values;
    private final int entries;
    private final int positionMask;

    private ValueIndex(ValueIndexHeader header, SidecarBytes bytes) {
        this.header = header;
        this.bytes = bytes;
        this.blob = bytes.blob();
        this.values = Math.toIntExact(header.valuesOffset());
        this.entries = Math.toIntExact(header.entriesOffset());
        this.positionMask = -1 >>> (Integer.SIZE - Byte.SIZE * header.positionBytes());
    }

    /**
     * Opens the index of a data file.
     *
     * <p>Throws DATA_UNREADABLE where it is missing, damaged, of another version, or of another file or other fields.
     */
    public static ValueIndex open(FileIO io, DataFile file, IndexFields fields) {
        String location = SidecarName.of(file.location(), fields);
        return of(SidecarBlob.read(io, location, ValueIndexHeader.BLOB_TYPE, fields.ids()), file);
    }

    static ValueIndex of(SidecarBytes bytes, DataFile file) {
        ByteBuffer in = bytes.blob();
        if (in.capacity() < ValueIndexHeader.BYTES) {
            throw Sidecar.unusable("is too short");
        }
        if (in.getInt(4) != ValueIndexHeader.VERSION) {
            throw Sidecar.unusable("has version " + in.getInt(4) + ", this build reads " + ValueIndexHeader.VERSION);
        }
        ValueIndexHeader header = ValueIndexHeader.read(in);
        if (!header.isSound(in.capacity())) {
            throw Sidecar.unusable("contradicts itself");
        }
        if (!header.isOf(file.location(), file.recordCount(), file.fileSizeInBytes())) {
            throw Sidecar.unusable("is of another data file");
        }
        return new ValueIndex(header, bytes);
    }

    /** Rows in the index, also dead ones. */
    public int size() {
        return header.entries();
    }

    @Override
    public boolean isAsChecked() {
        return bytes.isAsChecked();
    }

    @Override
    public long bytes() {
        return blob.capacity();
    }

    /** How many rows have values of this hash. */
    public int count(long hash) {
        int value = find(hash);
        return value < 0 ? 0 : end(value) - start(value);
    }

    /** Positions of the rows whose values have this hash, ascending. */
    public long[] positions(long hash) {
        int value = find(hash);
        if (value < 0) {
            return new long[0];
        }
        int from = start(value);
        long[] positions = new long[end(value) - from];
        for (int i = 0; i < positions.length; i++) {
            int at = entries + (from + i) * header.positionBytes();
            positions[i] = Integer.toUnsignedLong(blob.getInt(at) & positionMask);
        }
        return positions;
    }

    /** The number of the value with this hash, or -1. */
    private int find(long hash) {
        long kept = header.kept(hash);
        int block = header.block(hash);
        int from = blob.getInt(ValueIndexHeader.BYTES + block * Integer.BYTES);
        int to = blob.getInt(ValueIndexHeader.BYTES + (block + 1) * Integer.BYTES);
        while (from < to) {
            int middle = (from + to) >>> 1;
            long leading = Long.reverseBytes(blob.getLong(values + middle * header.valueBytes()));
            int order = Long.compareUnsigned(leading >>> header.unkeptBits(), kept);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return -1;
    }

    private int start(int value) {
        return value == 0 ? 0 : end(value - 1);
    }

    private int end(int value) {
        return blob.getInt(values + value * header.valueBytes() + header.hashBytes());
    }
}
