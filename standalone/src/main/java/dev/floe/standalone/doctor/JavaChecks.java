package dev.floe.standalone.doctor;

import java.nio.ByteBuffer;
import java.util.List;

/** What is asked of the JVM: its version, what it opens, its heap. */
final class JavaChecks {
    private static final int VERSION_MIN = 17;
    private static final long HEAP_BYTES_MIN = 400L << 20;
    private static final List<String> OPENED =
            List.of(ByteBuffer.class.getPackageName(), List.class.getPackageName(), Object.class.getPackageName());

    private JavaChecks() {}

    static Finding version(int feature) {
        return feature >= VERSION_MIN
                ? Finding.well("Java", "version " + feature)
                : Finding.ill(
                        "Java", "version " + feature, "install a JDK " + VERSION_MIN + " and set JAVA_HOME to it");
    }

    /** Arrow looks into java.nio; Flink's serializers look into java.util and java.lang. */
    static Finding opens() {
        Module base = Object.class.getModule();
        Module own = JavaChecks.class.getModule();
        List<String> closed =
                OPENED.stream().filter(name -> !base.isOpen(name, own)).toList();
        if (closed.isEmpty()) {
            return Finding.well("Java's flags", "the packages needed are open");
        }
        List<String> flags = closed.stream()
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .toList();
        return Finding.ill(
                "Java's flags",
                "closed in java.base: " + String.join(", ", closed),
                "start with the script floe, or add " + String.join(" ", flags));
    }

    static Finding heap(long heapBytes) {
        return heapBytes >= HEAP_BYTES_MIN
                ? Finding.well("heap", MachineChecks.mebibytes(heapBytes))
                : Finding.ill(
                        "heap",
                        MachineChecks.mebibytes(heapBytes) + ", less than " + MachineChecks.mebibytes(HEAP_BYTES_MIN),
                        "set FLOE_JAVA_OPTS=-Xmx1g; without it a quarter of the memory is the heap");
    }
}
