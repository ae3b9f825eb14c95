package dev.floe.storage.sidecar;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob whose checksum held, and whether the file was written to since.
 *
 * <p>A blob begins with the CRC32C of all that follows. Safe for threads.
 */
final class SidecarBytes {
    private static final int CRC_BYTES = Integer.BYTES;
    private static final int CHUNK_BYTES = 1 << 16;

    private final ByteBuffer blob;
    private final @Nullable Path path;
    private final @Nullable Stamp checked;

    /** What changes when somebody writes to a file, or puts another in its place. */
    private record Stamp(
            FileTime modified, long bytes, @Nullable Object file) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private SidecarBytes(ByteBuffer blob, @Nullable Path path, @Nullable Stamp checked) {
        this.blob = blob.order(ByteOrder.LITTLE_ENDIAN);
        this.path = path;
        this.checked = checked;
    }

    /** Bytes on the heap, which nobody else has. Throws DATA_UNREADABLE where the checksum is wrong. */
    static SidecarBytes of(ByteBuffer blob) {
        if (blob.capacity() < CRC_BYTES) {
            throw Sidecar.unusable("is too short");
        }
        CRC32C crc = new CRC32C();
        crc.update(blob.duplicate().clear().position(CRC_BYTES));
        SidecarBytes bytes = new SidecarBytes(blob.duplicate().clear(), null, null);
        bytes.require(crc);
        return bytes;
    }

    /**
     * Maps a part of a file. Throws DATA_UNREADABLE where the checksum is wrong.
     *
     * @param isPrivate true where the file is in no folder any more once it is mapped
     */
    static SidecarBytes map(Path path, long offset, long length, boolean isPrivate) throws IOException {
        if (length < CRC_BYTES) {
            throw Sidecar.unusable("is too short");
        }
        // before the file is read: what is written to it meanwhile is seen later
        Stamp stamp = isPrivate ? null : Stamp.of(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            // a checksum over the map would kill the process where the file becomes shorter meanwhile
            CRC32C crc = new CRC32C();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            long end = offset + length;
            for (long at = offset + CRC_BYTES; at < end; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
                while (chunk.hasRemaining()) {
                    if (channel.read(chunk, at + chunk.position()) < 0) {
                        throw new EOFException();
                    }
                }
                crc.update(chunk.flip());
            }
            ByteBuffer blob = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
            SidecarBytes bytes = new SidecarBytes(blob, isPrivate ? null : path, stamp);
            bytes.require(crc);
            return bytes;
        }
    }

    private void require(CRC32C crc) {
        if ((int) crc.getValue() != blob.getInt(0)) {
            throw Sidecar.unusable("has a wrong checksum");
        }
    }

    /** The blob, little-endian. */
    ByteBuffer blob() {
        return blob;
    }

    /** False where somebody wrote to the file since it was checked, replaced or deleted it. */
    boolean isAsChecked() {
        Path file = path;
        try {
            return file == null || Stamp.of(file).equals(checked);
        } catch (IOException e) {
            return false;
        }
    }
}
