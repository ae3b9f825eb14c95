package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * Bytes of bucket changes, for a job's state and its network.
 *
 * <p>A version byte, the numbers, then the files as Iceberg's own serialized objects. State of this form lives from a
 * checkpoint to the commit after it; a job that can't read it any more starts from the tables' offsets instead.
 */
public final class BucketChangesCodec {
    private static final byte VERSION = 3;
    private static final ObjectInputFilter FILTER =
            ObjectInputFilter.Config.createFilter("maxdepth=64;org.apache.iceberg.**;java.lang.*;java.util.*;"
                    + "java.math.*;java.nio.*;java.time.*;org.apache.avro.**;!*");

    private BucketChangesCodec() {}

    public static byte[] encode(BucketChanges changes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(changes.bucket());
            out.writeLong(changes.epoch());
            out.writeLong(changes.baseOffset());
            out.writeLong(changes.baseEpoch());
            out.writeLong(changes.offset());
            out.writeLong(changes.rowsIn());
            out.writeInt(changes.dataFiles().size());
            out.writeInt(changes.deletionVectors().size());
            out.writeInt(changes.replacedFiles().size());
            ObjectOutputStream files = new ObjectOutputStream(out);
            for (DataFile file : changes.dataFiles()) {
                files.writeObject(file);
            }
            for (DeleteFile vector : changes.deletionVectors()) {
                files.writeObject(vector);
            }
            for (DataFile file : changes.replacedFiles()) {
                files.writeObject(file);
            }
            files.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("encoding bucket changes in memory", e);
        }
        return bytes.toByteArray();
    }

    /** Throws DATA_UNREADABLE where the bytes are of another version or damaged. */
    public static BucketChanges decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new FloeException(
                                ErrorCode.COMMIT_CONFLICT,
                                "bucket changes have version " + version + ", this build reads " + VERSION)
                        .advise("start the job without its state: it resumes from the tables' offsets");
            }
            int bucket = in.readInt();
            long epoch = in.readLong();
            long baseOffset = in.readLong();
            long baseEpoch = in.readLong();
            long offset = in.readLong();
            long rowsIn = in.readLong();
            int dataFileCount = in.readInt();
            int vectorCount = in.readInt();
            int replacedCount = in.readInt();
            ObjectInputStream files = new ObjectInputStream(in);
            files.setObjectInputFilter(FILTER);
            return new BucketChanges(
                    bucket,
                    epoch,
                    baseOffset,
                    baseEpoch,
                    offset,
                    rowsIn,
                    readAll(files, dataFileCount, DataFile.class),
                    readAll(files, vectorCount, DeleteFile.class),
                    readAll(files, replacedCount, DataFile.class));
        } catch (IOException | ClassNotFoundException | IllegalArgumentException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "bucket changes in the job's state are damaged", e)
                    .advise("start the job without its state: it resumes from the tables' offsets");
        }
    }

    private static <T> List<T> readAll(ObjectInputStream in, int count, Class<T> type)
            throws IOException, ClassNotFoundException {
        List<T> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object file = in.readObject();
            if (!type.isInstance(file)) {
                throw new IOException("expected a " + type.getSimpleName());
            }
            files.add(type.cast(file));
        }
        return files;
    }
}
