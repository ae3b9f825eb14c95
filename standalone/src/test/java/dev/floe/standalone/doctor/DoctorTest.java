package dev.floe.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each finding is provoked by its real cause, where a test can have it. */
class DoctorTest {
    @TempDir
    Path temp = Path.of("");

    @Test
    void leavesNothingBehind() {
        List<Finding> findings = examine(temp.resolve("new/data"), 1);

        assertThat(findings)
                .filteredOn(finding -> List.of("Java", "data folder", "owner", "data layout", "disk", "clock", "a.port")
                        .contains(finding.what()))
                .hasSize(7)
                .allMatch(Finding::well);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void namesTheProcessThatHasThePort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = new ListenPort("grpc.port", "127.0.0.1", taken.getLocalPort()).examine();

            assertIll(finding, Integer.toString(taken.getLocalPort()), "--set grpc.port=");
            if (Files.exists(Path.of("/proc/net/tcp"))) {
                assertThat(finding.found())
                        .contains("held by process " + ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void refusesAHostThatDoesNotExist() {
        assertIll(new ListenPort("grpc.port", "no.such.host.invalid", 0).examine(), "no such host", "address");
    }

    @Test
    void refusesAFolderThatIsAFile() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        assertIll(FolderChecks.writable(file), file + " is a file", "--data-folder");
    }

    /** Not even root writes there. */
    @Test
    void refusesAReadOnlyFolder() {
        Path readOnly = Path.of("/proc/self/floe");
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs Linux");

        assertIll(FolderChecks.writable(readOnly), "can't be written by", "--data-folder");
    }

    @Test
    void namesTheFileOfAnotherOwner() throws IOException {
        Path data = Files.createDirectories(temp.resolve("data/kafka"));
        UserPrincipal nobody = nobody();
        assumeTrue(System.getProperty("user.name", "").equals("root"), "only root can give a file away");
        Files.setOwner(data, nobody);

        assertIll(FolderChecks.owner(temp.resolve("data")), data + " belongs to " + nobody.getName(), "chown");
    }

    @Test
    void findsAClockBehindTheNewestFile() throws IOException {
        Path future = Files.createFile(temp.resolve("catalog.db"));
        Files.setLastModifiedTime(future, FileTime.from(Instant.now().plus(Duration.ofHours(3))));

        assertIll(FolderChecks.clock(temp, Clock.systemUTC()), future.toString(), "clock");
    }

    @Test
    void findsAClockBehindTheBuild() {
        Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofDays(-20_000));

        assertIll(FolderChecks.clock(temp.resolve("none"), behind), "was written at", "clock");
    }

    @Test
    void findsADiskThatIsFull() {
        assertIll(FolderChecks.disk(temp.resolve("data"), Long.MAX_VALUE), "below ingest.disk-free-min", "free space");
    }

    @Test
    void findsWhatTheLayoutSays() {
        Doctor.Subject subject = new Doctor.Subject(
                temp,
                folder -> {
                    throw new FloeException(ErrorCode.DATA_FOLDER_NEWER, "layout 9").advise("run the newer build");
                },
                1,
                0,
                List.of(),
                Clock.systemUTC());

        assertThat(new Doctor(subject).examine()).anySatisfy(finding -> assertIll(finding, "layout 9", "newer build"));
    }

    @Test
    void findsAnOldJava() {
        assertIll(JavaChecks.version(11), "version 11", "JDK 17");
    }

    @Test
    void findsMoreHeapThanMemory() {
        long gib = 1L << 30;

        assertIll(MachineChecks.memory(gib, gib / 4, new MachineChecks.Memory(gib, gib)), "may grow to", "broker.heap");
        assertIll(MachineChecks.memory(gib, gib / 4, new MachineChecks.Memory(4 * gib, gib / 2)), "available", "stop");
        assertThat(MachineChecks.memory(gib, gib / 4, new MachineChecks.Memory(4 * gib, 2 * gib)))
                .matches(Finding::well);
    }

    private static List<Finding> examine(Path folder, long diskFreeBytesMin) {
        ListenPort any = new ListenPort("a.port", "127.0.0.1", 0);
        return new Doctor(
                        new Doctor.Subject(folder, ignored -> {}, diskFreeBytesMin, 0, List.of(any), Clock.systemUTC()))
                .examine();
    }

    private static void assertIll(Finding finding, String found, String advice) {
        assertThat(finding.well()).isFalse();
        assertThat(finding.found()).contains(found);
        assertThat(finding.advice()).contains(advice);
    }

    private static UserPrincipal nobody() throws IOException {
        return Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    }
}
