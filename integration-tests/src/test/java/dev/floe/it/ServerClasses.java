package dev.floe.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The class path of a server that a test starts, and an archive of its classes.
 *
 * <p>Loading and verifying classes is half of what a start costs, and tests start some forty servers. The archive is
 * made once a build, by one start and stop of a server; it is of use only where the class path has no folders, so that
 * the tests' own are left out. Java goes on without an archive that does not fit.
 */
final class ServerClasses {
    private static final Path ARCHIVE = Path.of("target", "server-classes.jsa").toAbsolutePath();
    private static final long START_SECONDS_MAX = 120;
    private static final long DUMP_SECONDS_MAX = 120;
    private static final long POLL_MILLIS = 50;
    private static final List<String> SHARED = options();

    private ServerClasses() {}

    /** Options of java that name the classes. */
    static List<String> arguments() {
        return SHARED;
    }

    private static List<String> options() {
        List<Path> all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        List<Path> jars = all.stream().filter(Files::isRegularFile).toList();
        boolean packaged =
                jars.stream().anyMatch(jar -> jar.getFileName().toString().startsWith("floe-standalone"));
        if (!packaged) {
            return List.of("-cp", joined(all));
        }
        List<String> options = new ArrayList<>(List.of("-cp", joined(jars)));
        if (archived(jars)) {
            options.add(0, "-XX:SharedArchiveFile=" + ARCHIVE);
        }
        return List.copyOf(options);
    }

    /** True where the archive is there, made if need be; one process makes it while others wait. */
    private static boolean archived(List<Path> jars) {
        Path lock = ARCHIVE.resolveSibling(ARCHIVE.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            return held.isValid() && (isNewer(jars) || make(jars));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNewer(List<Path> jars) throws IOException {
        if (!Files.exists(ARCHIVE)) {
            return false;
        }
        long made = Files.getLastModifiedTime(ARCHIVE).toMillis();
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).toMillis() >= made) {
                return false;
            }
        }
        return true;
    }

    private static boolean make(List<Path> jars) throws IOException {
        Path folder = Files.createTempDirectory(ARCHIVE.getParent(), "server-classes");
        Path data = folder.resolve("data");
        Path made = folder.resolve("made.jsa");
        List<String> command = StandaloneProcess.command(
                List.of("-XX:ArchiveClassesAtExit=" + made, "-cp", joined(jars)), "standalone", data);
        command.addAll(StandaloneProcess.FREE_PORTS);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
            while (!Files.exists(data.resolve("endpoints.yaml")) && System.nanoTime() < deadline) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            process.destroy();
            if (!process.waitFor(DUMP_SECONDS_MAX, TimeUnit.SECONDS) || !Files.exists(made)) {
                return false;
            }
            Files.move(made, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String joined(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
