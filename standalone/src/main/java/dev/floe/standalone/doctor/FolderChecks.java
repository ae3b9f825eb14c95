package dev.floe.standalone.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What is asked of the data folder: that it can be written, is one user's, has room, and is not from the future. */
final class FolderChecks {
    private static final double GIB = 1L << 30;
    private static final int DEPTH = 2;
    private static final int ENTRIES_MAX = 10_000;
    /** File systems and clocks differ by seconds; more than this is a wrong clock. */
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(2);

    private static final String CHOOSE = "name a folder this user can write to, with --data-folder";

    private FolderChecks() {}

    static Finding writable(Path folder) {
        Path nearest = nearest(folder);
        if (!Files.isDirectory(nearest)) {
            return Finding.ill("data folder", nearest + " is a file", CHOOSE);
        }
        try {
            Files.delete(Files.createTempFile(nearest, ".floe-doctor-", ""));
            return Finding.well("data folder", nearest.equals(folder) ? "can be written" : "can be made in " + nearest);
        } catch (IOException e) {
            return Finding.ill("data folder", nearest + " can't be written by " + user() + ": " + reason(e), CHOOSE);
        }
    }

    /** One run as root leaves files that the server's own user can't write any more. */
    static Finding owner(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Finding.well("owner", "nothing there yet");
        }
        String user = user();
        for (Path path : entries(folder)) {
            String owner = owner(path, user);
            if (!owner.equals(user)) {
                return Finding.ill(
                        "owner",
                        path + " belongs to " + owner + ", not to " + user,
                        "run as " + owner + ", or give all of it to one user: chown -R USER " + folder);
            }
        }
        return Finding.well("owner", user);
    }

    static Finding disk(Path folder, long freeBytesMin) {
        try {
            long free = Files.getFileStore(nearest(folder)).getUsableSpace();
            return free >= freeBytesMin
                    ? Finding.well("disk", gibibytes(free) + " free")
                    : Finding.ill(
                            "disk",
                            gibibytes(free) + " free, below ingest.disk-free-min of " + gibibytes(freeBytesMin),
                            "free space, or lower ingest.disk-free-min; below it all batches are refused");
        } catch (IOException e) {
            return Finding.ill("disk", "free space is not known: " + reason(e), CHOOSE);
        }
    }

    /** Time that runs backwards breaks retention, expiry and time travel. */
    static Finding clock(Path folder, Clock clock) {
        Instant now = clock.instant();
        Optional<Path> newest = Stream.concat(ownCode().stream(), entries(folder).stream())
                .max((left, right) -> modified(left).compareTo(modified(right)));
        if (newest.isEmpty()
                || modified(newest.get()).toInstant().minus(CLOCK_SLACK).isBefore(now)) {
            return Finding.well("clock", now.toString());
        }
        return Finding.ill(
                "clock",
                "it is " + now + ", but " + newest.get() + " was written at " + modified(newest.get()),
                "set the machine's clock (timedatectl); if it is right, touch that file");
    }

    private static Path nearest(Path folder) {
        Path nearest = folder;
        while (nearest.getParent() != null && !Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        return nearest;
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.walk(folder, DEPTH)) {
            return entries.limit(ENTRIES_MAX).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // missing, or not readable: the checks of writing say so
        }
    }

    /** The jar or folder this runs from: a clock behind it is wrong. */
    private static Optional<Path> ownCode() {
        CodeSource source = FolderChecks.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static FileTime modified(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // deleted meanwhile
        }
    }

    private static String owner(Path path, String otherwise) {
        try {
            return Files.getOwner(path).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return otherwise;
        }
    }

    private static String user() {
        return System.getProperty("user.name", "?");
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "")
                + (e instanceof FileSystemException failed && failed.getReason() != null
                        ? " (" + failed.getReason() + ")"
                        : "");
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
