package dev.floe.standalone.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the process that listens on a TCP port, where the system tells.
 *
 * <p>Linux only, and only processes of this user unless it is root: {@code /proc/net/tcp} gives the socket's inode,
 * {@code /proc/PID/fd} the process that has it open (proc(5)).
 */
final class PortHolder {
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int COMMAND_MAX = 100;

    private PortHolder() {}

    static Optional<String> of(int port) {
        Set<String> sockets = new HashSet<>();
        sockets.addAll(sockets(Path.of("/proc/net/tcp"), port));
        sockets.addAll(sockets(Path.of("/proc/net/tcp6"), port));
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.allProcesses()
                .filter(process -> holdsAny(process.pid(), sockets))
                .findFirst()
                .map(process -> "held by process " + process.pid() + command(process));
    }

    private static Set<String> sockets(Path table, int port) {
        Set<String> found = new HashSet<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(table);
        } catch (IOException e) {
            return found;
        }
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] fields = line.trim().split("\\s+");
            String local = fields[LOCAL];
            if (fields[STATE].equals(LISTENING)
                    && Integer.parseInt(local.substring(local.indexOf(':') + 1), 16) == port) {
                found.add("socket:[" + fields[INODE] + "]");
            }
        }
        return found;
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.anyMatch(file -> sockets.contains(target(file)));
        } catch (IOException | UncheckedIOException e) {
            return false; // another user's, or gone
        }
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String command(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> " (" + (line.length() > COMMAND_MAX ? line.substring(0, COMMAND_MAX) + "…" : line) + ")")
                .orElse("");
    }
}
