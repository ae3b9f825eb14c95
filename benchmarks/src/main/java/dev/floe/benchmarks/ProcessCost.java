package dev.floe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** CPU time and peak memory of a process and its descendants, as Linux counts them. */
record ProcessCost(Duration cpu, long peakMemoryMb) {
    static ProcessCost of(ProcessHandle root) {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(root), root.descendants()).toList();
        Duration cpu = Duration.ZERO;
        long peak = 0;
        for (ProcessHandle process : all) {
            cpu = cpu.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
            peak += memoryMb(process.pid(), "VmHWM:");
        }
        return new ProcessCost(cpu, peak);
    }

    /** CPU seconds since an earlier reading. */
    double cpuSecondsSince(ProcessCost earlier) {
        return cpu.minus(earlier.cpu).toMillis() / 1e3;
    }

    /** Memory that a process and its descendants have now, in MB. */
    static long memoryMb(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .mapToLong(process -> memoryMb(process.pid(), "VmRSS:"))
                .sum();
    }

    private static long memoryMb(long pid, String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
