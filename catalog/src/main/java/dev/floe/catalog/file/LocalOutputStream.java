package dev.floe.catalog.file;

import dev.floe.core.fault.FaultPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * Writes a new file; {@link #close} returns once the file and its name are on disk.
 *
 * <p>A commit may name a file as soon as it is closed, so the data and every new folder entry are forced first.
 */
final class LocalOutputStream extends PositionOutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String METADATA = ".metadata.json";

    private final FileChannel channel;
    private final Path folder;
    private final boolean metadata;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long flushed;
    private boolean failed;

    private LocalOutputStream(FileChannel channel, Path folder, boolean metadata) {
        this.channel = channel;
        this.folder = folder;
        this.metadata = metadata;
    }

    static LocalOutputStream create(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        makeFolders(folder);
        return new LocalOutputStream(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                folder,
                file.toString().endsWith(METADATA));
    }

    @Override
    public long getPos() {
        return flushed + buffer.position();
    }

    @Override
    public void write(int value) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.remaining()) {
            flush();
        }
        if (length > buffer.remaining()) {
            drain(ByteBuffer.wrap(bytes, offset, length));
            return;
        }
        buffer.put(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        buffer.flip();
        drain(buffer);
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            // after a failed write the file is torn: nobody may take it for whole, so nothing is forced
            if (!failed) {
                flush();
                channel.force(true);
                force(folder);
            }
        }
        if (metadata) {
            FaultPoint.reached("catalog.after-metadata");
        }
    }

    private void drain(ByteBuffer source) throws IOException {
        boolean done = false;
        try {
            while (source.hasRemaining()) {
                flushed += channel.write(source);
            }
            done = true;
        } finally {
            failed |= !done;
        }
    }

    private static void makeFolders(Path folder) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = folder; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path next : missing) {
            try {
                Files.createDirectory(next);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(next)) {
                    throw e;
                }
            }
            Path parent = next.getParent();
            if (parent != null) {
                force(parent);
            }
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}
