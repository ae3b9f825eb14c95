package dev.floe.storage.sidecar;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;

/**
 * Finds the blob in a sidecar's Puffin file and maps it.
 *
 * <p>A file that isn't local is copied whole to the process's temporary folder, and is in no folder any more once it is
 * mapped: its space becomes free with the mapping.
 */
final class SidecarBlob {
    private static final char VERSION_SIGN = 'v';
    private static final String LOCAL_SCHEME = "file:";
    /** Puffin's frame around its footer: magic, payload, length of the payload, flags, magic. */
    private static final int FOOTER_FRAME_BYTES = 16;

    private static final int FOOTER_LENGTH_OFFSET = 12;

    private SidecarBlob() {}

    /**
     * Throws DATA_UNREADABLE where there is no blob of the type and fields.
     *
     * @param type ends in a version, such as v1
     */
    static SidecarBytes read(FileIO io, String location, String type, List<Integer> fieldIds) {
        try {
            InputFile file = io.newInputFile(location);
            Optional<Path> local = localPath(file.location());
            return local.isPresent() ? mapped(local.get(), file, type, fieldIds, false) : fetched(file, type, fieldIds);
        } catch (FloeException e) {
            throw e;
        } catch (NotFoundException e) {
            throw Sidecar.unusable("is missing");
        } catch (IOException | RuntimeException e) {
            // Puffin's reader meets damage with whatever its parser happens to throw
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "the sidecar is damaged", e);
        }
    }

    private static SidecarBytes fetched(InputFile file, String type, List<Integer> fieldIds) throws IOException {
        try (SeekableInputStream in = file.newStream()) {
            Path copy = Files.createTempFile("floe-sidecar-", ".puffin");
            try {
                try (OutputStream out = Files.newOutputStream(copy)) {
                    in.transferTo(out);
                }
                return mapped(copy, org.apache.iceberg.Files.localInput(copy.toFile()), type, fieldIds, true);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (FileSystemException e) {
            throw noRoom(e);
        }
    }

    private static FloeException noRoom(IOException e) {
        return new FloeException(ErrorCode.STORAGE_UNAVAILABLE, "can't keep a sidecar in the temporary folder: " + e, e)
                .advise("make room there, or start with -Djava.io.tmpdir=FOLDER");
    }

    private static SidecarBytes mapped(
            Path path, InputFile file, String type, List<Integer> fieldIds, boolean isPrivate) throws IOException {
        long length = file.getLength();
        requireFooter(file, length);
        BlobMetadata blob = find(file, length, type, fieldIds);
        if (blob.offset() < 0
                || blob.length() < 0
                || blob.length() > Integer.MAX_VALUE
                || blob.length() > length
                || blob.offset() > length - blob.length()) {
            throw Sidecar.unusable("has a blob outside of it");
        }
        return SidecarBytes.map(path, blob.offset(), blob.length(), isPrivate);
    }

    /** Puffin's reader allocates what the footer's length says. */
    private static void requireFooter(InputFile file, long length) throws IOException {
        if (length < FOOTER_FRAME_BYTES) {
            throw Sidecar.unusable("is too short");
        }
        byte[] bytes = new byte[Integer.BYTES];
        try (SeekableInputStream in = file.newStream()) {
            in.seek(length - FOOTER_LENGTH_OFFSET);
            IOUtil.readFully(in, bytes, 0, bytes.length);
        }
        int payload = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (payload < 0 || payload > length - FOOTER_FRAME_BYTES) {
            throw Sidecar.unusable("has a damaged footer");
        }
    }

    private static BlobMetadata find(InputFile file, long length, String type, List<Integer> fieldIds)
            throws IOException {
        List<BlobMetadata> blobs;
        try (PuffinReader reader = Puffin.read(file).withFileSize(length).build()) {
            blobs = reader.fileMetadata().blobs();
        }
        for (BlobMetadata blob : blobs) {
            if (!blob.type().equals(type)) {
                continue;
            }
            if (!blob.inputFields().equals(fieldIds)) {
                throw Sidecar.unusable("has the fields " + blob.inputFields() + " and not " + fieldIds);
            }
            if (blob.compressionCodec() != null) {
                throw Sidecar.unusable("is compressed");
            }
            return blob;
        }
        String family = type.substring(0, type.lastIndexOf(VERSION_SIGN));
        throw blobs.stream()
                .map(BlobMetadata::type)
                .filter(other -> other.startsWith(family))
                .findFirst()
                .map(other -> Sidecar.unusable("has type " + other + ", this build reads " + type))
                .orElseGet(() -> Sidecar.unusable("has no index in it"));
    }

    private static Optional<Path> localPath(String location) {
        String path = location.startsWith(LOCAL_SCHEME + "///")
                ? location.substring(LOCAL_SCHEME.length() + 2)
                : location.startsWith(LOCAL_SCHEME) ? location.substring(LOCAL_SCHEME.length()) : location;
        return path.startsWith("/") && Files.isRegularFile(Path.of(path))
                ? Optional.of(Path.of(path))
                : Optional.empty();
    }
}
