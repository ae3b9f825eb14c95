package dev.floe.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What can happen to a data folder while no process has it: F7, F8, F21, F22. */
final class DataDamage {
    private static final String METADATA = "_metadata";
    private static final int TORN_BYTES = 45;
    private static final int COPIES_MAX = 20;

    private DataDamage() {}

    /** F7: the newest checkpoint's metadata is torn; true where there was one. */
    static boolean tearCheckpoint(Path checkpoints, SplittableRandom random) throws IOException {
        Optional<Path> newest = newest(checkpoints);
        if (newest.isPresent()) {
            Path metadata = newest.get().resolve(METADATA);
            byte[] bytes = Files.readAllBytes(metadata);
            Files.write(metadata, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
        return newest.isPresent();
    }

    /**
     * F8: an append that was under way is torn, and the indexes are garbage.
     *
     * <p>What is torn was never acked, so it comes after what was: a head of a batch that does not go on.
     */
    static boolean tearLog(Path kafka, SplittableRandom random) throws IOException {
        boolean torn = false;
        // a broker whose server died may have stopped in good order, and would take its files for whole
        Files.deleteIfExists(kafka.resolve(".kafka_cleanshutdown"));
        for (Path file : files(kafka)) {
            String name = file.toString();
            if (!name.contains("/floe.log")) {
                continue;
            }
            if (name.endsWith(".log") && Files.size(file) > TORN_BYTES) {
                byte[] bytes = Files.readAllBytes(file);
                int length = 1 + random.nextInt(TORN_BYTES);
                Files.write(file, Arrays.copyOf(bytes, length), StandardOpenOption.APPEND);
                torn = true;
            } else if (name.endsWith("index")) {
                byte[] garbage = new byte[random.nextInt(100)];
                for (int i = 0; i < garbage.length; i++) {
                    garbage[i] = (byte) random.nextInt();
                }
                Files.write(file, garbage);
            }
        }
        return torn;
    }

    /**
     * F21, first half: keeps a copy of the newest checkpoint; true where there was one.
     *
     * <p>A job may be at work, which deletes checkpoints as it makes new ones: half a copy is begun again.
     */
    static boolean keepCheckpoint(Path checkpoints, Path kept) throws IOException {
        for (int i = 0; i < COPIES_MAX; i++) {
            try {
                return keepNewest(checkpoints, kept);
            } catch (NoSuchFileException e) {
                delete(kept);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                delete(kept);
            }
        }
        return false;
    }

    private static boolean keepNewest(Path checkpoints, Path kept) throws IOException {
        Optional<Path> newest = newest(checkpoints);
        if (newest.isEmpty()) {
            return false;
        }
        delete(kept);
        copy(newest.get(), kept.resolve(checkpoints.relativize(newest.get())));
        return true;
    }

    /** F21, second half: only the kept checkpoint is left; false where it is of another log or generation. */
    static boolean restoreCheckpoint(Path checkpoints, Path kept) throws IOException {
        Optional<Path> old = Files.exists(kept) ? newest(kept) : Optional.empty();
        Optional<Path> now = newest(checkpoints);
        if (old.isEmpty() || now.isEmpty()) {
            return false;
        }
        Path relative = kept.relativize(old.get());
        if (!relative.getName(0).equals(checkpoints.relativize(now.get()).getName(0))) {
            return false;
        }
        delete(checkpoints);
        copy(old.get(), checkpoints.resolve(relative));
        return true;
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path file :
                    files(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        for (Path file : files(from)) {
            Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Optional<Path> newest(Path checkpoints) throws IOException {
        if (!Files.exists(checkpoints)) {
            return Optional.empty();
        }
        return files(checkpoints).stream()
                .filter(file -> file.endsWith(METADATA))
                .max(Comparator.comparing(DataDamage::writtenAt))
                .map(Path::getParent);
    }

    private static long writtenAt(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList();
        }
    }
}
