package dev.floe.standalone.flink;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of checkpoints and savepoints: one folder a job run, in it one for each that completed.
 *
 * <p>Flink does not restore by itself without a high-availability service, so the newest readable one is looked for
 * here. {@code _metadata} is written last but not synced: after a power cut the newest may be torn, and the one before
 * it counts.
 */
final class CheckpointFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final String METADATA = "_metadata";
    private static final int DEPTH_MAX = 3;

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** The folder of the newest checkpoint or savepoint that can be read. */
    Optional<Path> newestReadable() {
        return candidates().stream().filter(CheckpointFolder::isReadable).findFirst();
    }

    /** Deletes runs of the job that {@code keep} is not part of. */
    void deleteOthers(Path keep) {
        try (Stream<Path> runs = Files.list(folder)) {
            for (Path run : runs.filter(run -> !keep.startsWith(run)).toList()) {
                delete(run);
            }
        } catch (IOException e) {
            LOG.warn("old checkpoints can't be deleted: folder={}", folder, e);
        }
    }

    /** Deletes the checkpoints of other logs and generations: no job may start from them any more. */
    static void keepOnly(Path all, Path folder) {
        if (Files.isDirectory(all)) {
            new CheckpointFolder(all).deleteOthers(folder.toAbsolutePath());
        }
    }

    private List<Path> candidates() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
            return files.filter(file -> file.endsWith(METADATA))
                    .sorted(Comparator.comparing(CheckpointFolder::writtenAt).reversed())
                    .map(file -> file.toAbsolutePath().getParent())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("checkpoints can't be listed: folder={}", folder, e);
            return List.of();
        }
    }

    private static boolean isReadable(Path checkpoint) {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(checkpoint.resolve(METADATA)))) {
            Checkpoints.loadCheckpointMetadata(in, CheckpointFolder.class.getClassLoader(), checkpoint.toString());
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("checkpoint can't be read, trying the one before it: {}", checkpoint, e);
            return false;
        }
    }

    private static FileTime writtenAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static void delete(Path run) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(run)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
