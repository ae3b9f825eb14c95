package dev.floe.standalone.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is asked of the machine: memory and open files. */
final class MachineChecks {
    private static final long OPEN_FILES_MIN = 4_096;
    /** Metaspace, threads, code and network buffers of both JVMs; measured 300 to 400 MiB. */
    private static final long OUTSIDE_HEAP_BYTES = 400L << 20;

    private static final Path MEMORY = Path.of("/proc/meminfo");

    private MachineChecks() {}

    /** Heaps grow to their limits: what does not fit gets a process killed later, not at its start. */
    static Finding memory(long heapBytes, long brokerHeapBytes, Memory memory) {
        long most = heapBytes + brokerHeapBytes + OUTSIDE_HEAP_BYTES;
        if (most > memory.totalBytes()) {
            return Finding.ill(
                    "memory",
                    mebibytes(memory.totalBytes()) + " in all, but the server may grow to " + mebibytes(most),
                    "give it more memory, or less heap: FLOE_JAVA_OPTS=-Xmx…, broker.heap");
        }
        long soon = Math.min(most, brokerHeapBytes + OUTSIDE_HEAP_BYTES * 2);
        if (memory.availableBytes() < soon) {
            return Finding.ill(
                    "memory",
                    mebibytes(memory.availableBytes()) + " available, but a start needs about " + mebibytes(soon),
                    "stop other programs, or give it more memory");
        }
        return Finding.well(
                "memory", mebibytes(memory.availableBytes()) + " available; the server may grow to " + mebibytes(most));
    }

    static Finding openFiles() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Finding.well("open files", "no limit known");
        }
        long most = system.getMaxFileDescriptorCount();
        return most >= OPEN_FILES_MIN
                ? Finding.well("open files", "at most " + most)
                : Finding.ill(
                        "open files",
                        "at most " + most + ", less than " + OPEN_FILES_MIN,
                        "raise the hard limit (ulimit -Hn, LimitNOFILE= of systemd) to " + OPEN_FILES_MIN);
    }

    /** Memory of this machine or container; what is available counts the page cache in, where the system says so. */
    record Memory(long totalBytes, long availableBytes) {}

    static Memory memoryBytes() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long total = system.getTotalMemorySize();
        return new Memory(total, Math.min(total, available(system)));
    }

    private static long available(OperatingSystemMXBean system) {
        try {
            for (String line : Files.readAllLines(MEMORY)) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            // not Linux: what is free has to do
        }
        return system.getFreeMemorySize();
    }

    static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
