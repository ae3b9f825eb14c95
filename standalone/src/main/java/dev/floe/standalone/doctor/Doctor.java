package dev.floe.standalone.doctor;

import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a machine before a server starts on it.
 *
 * <pre>
 *   Java's version, flags, heap ─ memory, open files ─ folder, layout, owner, disk ─ clock ─ ports
 * </pre>
 *
 * <p>Changes nothing but for one file, which it makes in the data folder and deletes again.
 */
public final class Doctor {
    private final Subject subject;

    public Doctor(Subject subject) {
        this.subject = subject;
    }

    /**
     * What a server would use.
     *
     * @param layout throws when the folder, which exists, can't be opened by this build
     * @param brokerHeapBytes of the embedded broker, 0 without one
     */
    public record Subject(
            Path dataFolder,
            Consumer<Path> layout,
            long diskFreeBytesMin,
            long brokerHeapBytes,
            List<ListenPort> ports,
            Clock clock) {
        public Subject {
            dataFolder = dataFolder.toAbsolutePath().normalize();
            ports = List.copyOf(ports);
        }
    }

    /** Everything looked at, in the order of a start. */
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(JavaChecks.version(Runtime.version().feature()));
        findings.add(JavaChecks.opens());
        findings.add(JavaChecks.heap(Runtime.getRuntime().maxMemory()));
        findings.add(MachineChecks.memory(
                Runtime.getRuntime().maxMemory(), subject.brokerHeapBytes(), MachineChecks.memoryBytes()));
        findings.add(MachineChecks.openFiles());
        findings.add(FolderChecks.writable(subject.dataFolder()));
        findings.add(FolderChecks.owner(subject.dataFolder()));
        findings.add(layout());
        findings.add(FolderChecks.disk(subject.dataFolder(), subject.diskFreeBytesMin()));
        findings.add(FolderChecks.clock(subject.dataFolder(), subject.clock()));
        subject.ports().forEach(port -> findings.add(port.examine()));
        return findings;
    }

    private Finding layout() {
        @Nullable FloeException refused = null;
        try {
            subject.layout().accept(subject.dataFolder());
        } catch (FloeException e) {
            refused = e;
        }
        return refused == null
                ? Finding.well("data layout", "known to this build, not in use")
                : Finding.ill("data layout", refused.message(), refused.action());
    }
}
