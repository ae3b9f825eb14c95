package dev.floe.standalone;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The one folder of a standalone installation, held by one process at a time.
 *
 * <pre>
 *   VERSION      layout version, written last when the folder is made
 *   LOCK         held while a process runs; the operating system lets go of it when the process dies
 *   admin.key    the first admin's key, readable by its owner only
 *   catalog.db   warehouse/   kafka/   checkpoints/   logs/
 * </pre>
 */
final class DataFolder implements AutoCloseable {
    private static final int LAYOUT_VERSION = 1;

    private final Path root;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private DataFolder(Path root, FileChannel lockChannel, FileLock lock) {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /** Makes the folder where it is missing, checks its version and locks it. */
    static DataFolder open(Path root) {
        Path folder = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lock(folder, channel);
            DataFolder opened = new DataFolder(folder, channel, lock);
            checkVersion(folder);
            opened.writeVersion();
            return opened;
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /**
     * Throws what {@link #open} would for a folder that exists, and changes nothing. Not for a process that has the
     * folder open: the system lets go of a lock when any descriptor of the file closes.
     */
    static void examine(Path root) {
        Path lockFile = root.resolve("LOCK");
        try {
            checkVersion(root);
            if (Files.exists(lockFile)) {
                try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                        FileLock free = lock(root, channel)) {
                    free.release();
                }
            }
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    Path root() {
        return root;
    }

    Path resolve(String part) {
        return root.resolve(part);
    }

    /** Keeps a secret in a file that only its owner can read. */
    void writeSecret(String file, String secret) {
        Path target = root.resolve(file);
        Path fresh = root.resolve(file + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, secret + "\n");
            move(fresh, target);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't write " + target + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't unlock " + root + ": " + e, e);
        }
    }

    private static FileLock lock(Path folder, FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // this very process holds it: the same answer as another's
        }
        if (lock == null) {
            channel.close();
            throw new FloeException(ErrorCode.DATA_FOLDER_LOCKED, "another process uses the data folder " + folder)
                    .advise("stop it first, or name another folder with --data-folder");
        }
        return lock;
    }

    private static FloeException unusable(Path folder, IOException e) {
        return new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't use the data folder " + folder + ": " + e, e)
                .advise("name a folder this user can write to, with --data-folder");
    }

    private void writeVersion() throws IOException {
        Path file = root.resolve("VERSION");
        if (!Files.exists(file)) {
            Path fresh = root.resolve("VERSION.new");
            Files.writeString(fresh, LAYOUT_VERSION + "\n");
            move(fresh, file);
        }
    }

    private static void checkVersion(Path root) throws IOException {
        Path file = root.resolve("VERSION");
        if (!Files.exists(file)) {
            return;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim();
        if (!text.matches("\\d{1,6}")) {
            throw new FloeException(
                            ErrorCode.DATA_FOLDER_UNUSABLE, file + " should hold a version number, not '" + text + "'")
                    .advise("restore the file: this build writes " + LAYOUT_VERSION);
        }
        if (Integer.parseInt(text) > LAYOUT_VERSION) {
            throw new FloeException(
                            ErrorCode.DATA_FOLDER_NEWER,
                            "the data folder " + root + " has layout " + text + "; this build knows up to "
                                    + LAYOUT_VERSION)
                    .advise("run the newer build that made it");
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
