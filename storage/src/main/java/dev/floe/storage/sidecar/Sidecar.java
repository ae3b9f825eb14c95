package dev.floe.storage.sidecar;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.index.KeyIndex;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * The keys of one data file: hash to position, read where they lie.
 *
 * <p>A file on a local disk is mapped, so it takes page cache and no heap; any other is read whole. All bytes are
 * checked once, when it is opened; {@link OpenSidecar} sees to it that they stay so. A key has one row in a file. Safe
 * for threads.
 */
public final class Sidecar implements CheckedSidecar {
    /** What {@link #find} returns where the file has no row of the key. */
    public static final long ABSENT = -1;

    private final SidecarHeader header;
    private final SidecarBytes bytes;
    private final ByteBuffer blob;
    private final int records;
    private final int recordBytes;
    private final int hashBytes;
    private final int positionMask;

    private Sidecar(SidecarHeader header, SidecarBytes bytes) {
        this.header = header;
        this.bytes = bytes;
        this.blob = bytes.blob();
        this.records = Math.toIntExact(header.recordsOffset());
        this.recordBytes = header.recordBytes();
        this.hashBytes = header.hashBytes();
        this.positionMask = -1 >>> (Integer.SIZE - Byte.SIZE * header.positionBytes());
    }

    /**
     * Opens the sidecar of a data file.
     *
     * <p>Throws DATA_UNREADABLE where it is missing, damaged, of another version, or of another file or key.
     */
    public static Sidecar open(FileIO io, DataFile file, List<Integer> keyFieldIds) {
        return of(SidecarBlob.read(io, SidecarName.of(file.location()), SidecarHeader.BLOB_TYPE, keyFieldIds), file);
    }

    static Sidecar of(SidecarBytes bytes, DataFile file) {
        ByteBuffer in = bytes.blob();
        if (in.capacity() < SidecarHeader.BYTES) {
            throw unusable("is too short");
        }
        if (in.getInt(4) != SidecarHeader.VERSION) {
            throw unusable("has version " + in.getInt(4) + ", this build reads " + SidecarHeader.VERSION);
        }
        SidecarHeader header = SidecarHeader.read(in);
        if (!header.isSound(in.capacity())) {
            throw unusable("contradicts itself");
        }
        if (!header.isOf(file.location(), file.recordCount(), file.fileSizeInBytes())) {
            throw unusable("is of another data file");
        }
        return new Sidecar(header, bytes);
    }

    /** Keys in the file, also those whose row is dead. */
    public int size() {
        return header.records();
    }

    @Override
    public boolean isAsChecked() {
        return bytes.isAsChecked();
    }

    @Override
    public long bytes() {
        return blob.capacity();
    }

    /** The position of a key's row, or {@link #ABSENT}. */
    public long find(long high, long low) {
        int tail = KeyIndex.tail(low);
        int block = header.block(high);
        long leading = header.leading(high, tail);
        int from = start(block);
        int to = start(block + 1);
        while (from < to) {
            int middle = (from + to) >>> 1;
            int at = records + middle * recordBytes;
            int order = Long.compareUnsigned(Long.reverseBytes(blob.getLong(at)), leading);
            if (order == 0) {
                order = Integer.compareUnsigned(tailAt(at), tail);
            }
            if (order == 0) {
                return positionAt(at);
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return ABSENT;
    }

    /** Shows every key in ascending order of the unsigned hash. */
    public void forEach(Visitor visitor) {
        int record = 0;
        for (int block = 0; block < header.directoryEntries() - 1; block++) {
            for (int end = start(block + 1); record < end; record++) {
                int at = records + record * recordBytes;
                long high = header.high(block, Long.reverseBytes(blob.getLong(at)));
                visitor.visit(high, (long) tailAt(at) << Integer.SIZE, positionAt(at));
            }
        }
    }

    /** Sees a key: the high half of its hash, of the low half the upper half over zeros, and its row's position. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long high, long low, long position);
    }

    private int start(int block) {
        return blob.getInt(SidecarHeader.BYTES + block * Integer.BYTES);
    }

    private int tailAt(int at) {
        return Integer.reverseBytes(blob.getInt(at + hashBytes - Integer.BYTES));
    }

    private long positionAt(int at) {
        return Integer.toUnsignedLong(blob.getInt(at + hashBytes) & positionMask);
    }

    static FloeException unusable(String why) {
        return new FloeException(ErrorCode.DATA_UNREADABLE, "the sidecar " + why);
    }
}
