package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * CPU time of a server by what its threads are for, told by their names, as Linux counts it.
 *
 * <p>Threads that ended in between are in no part; {@link ProcessCost} has them.
 */
record ThreadCost(Map<String, Long> ticks) {
    private static final double TICKS_A_SECOND = 100;
    private static final int NAME_FROM = 1;
    private static final int USER_TICKS = 11;

    ThreadCost {
        ticks = Map.copyOf(ticks);
    }

    /** Of a process and its children, which are the broker. */
    static ThreadCost of(ProcessHandle server) throws IOException {
        Map<String, Long> ticks = new TreeMap<>();
        add(server, "job", ticks);
        for (ProcessHandle child : server.descendants().toList()) {
            add(child, "broker", ticks);
        }
        return new ThreadCost(ticks);
    }

    /** CPU-seconds per million rows of each part since an earlier reading. */
    String perMillion(ThreadCost before, long rows) {
        return ticks.entrySet().stream()
                .map(part -> String.format(
                        Locale.ROOT,
                        "%s %.2f",
                        part.getKey(),
                        (part.getValue() - before.ticks.getOrDefault(part.getKey(), 0L))
                                / TICKS_A_SECOND
                                / (rows / 1e6)))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static void add(ProcessHandle process, String otherwise, Map<String, Long> ticks) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String stat = stat(thread);
                int nameEnd = stat.lastIndexOf(')');
                if (nameEnd > 0) {
                    String name = stat.substring(stat.indexOf('(') + NAME_FROM, nameEnd);
                    String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
                    long used = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
                    ticks.merge(part(name, otherwise), used, Long::sum);
                }
            }
        }
    }

    private static String stat(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            // the thread ended meanwhile
            return "";
        }
    }

    private static String part(String thread, String otherwise) {
        if (thread.matches("C[12] Comp.*")) {
            return "compiler";
        }
        if (thread.matches("(GC |G1 ).*")) {
            return "collector";
        }
        boolean gateway = List.of("grpc-", "kafka-producer", "streams", "ingest-").stream()
                .anyMatch(thread::startsWith);
        return gateway ? "gateway" : otherwise;
    }
}
