package dev.floe.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, with the flags and limits that a start script may have got wrong. */
class DoctorCommandTest {
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED");
    private static final List<String> FREE_PORTS =
            List.of("--grpc-port", "0", "--jdbc-port", "0", "--set", "flink.ui-port=0", "--set", "metrics.port=0");

    @TempDir
    Path temp = Path.of("");

    private record Outcome(int exit, String output) {}

    @Test
    void exitsWithZeroWhereAllIsWell() throws Exception {
        Outcome outcome = doctor("ulimit -n 8192", concat(OPENS, "-Xmx512m"), FREE_PORTS);

        assertThat(outcome.output()).contains("all is well").doesNotContain("WRONG");
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void namesFlagsLimitsAndHeap() throws Exception {
        Outcome outcome = doctor("ulimit -n 512", List.of("-Xmx128m"), FREE_PORTS);

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("WRONG Java's flags", "--add-opens=java.base/java.nio=ALL-UNNAMED")
                .contains("WRONG open files", "at most 512", "LimitNOFILE")
                .contains("WRONG heap", "FLOE_JAVA_OPTS");
    }

    @Test
    void namesSettingsPortAndFolder() throws Exception {
        Files.writeString(temp.resolve("VERSION"), "99\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = doctor(
                    "true",
                    concat(OPENS, "-Xmx512m"),
                    List.of("--grpc-port", Integer.toString(taken.getLocalPort()), "--jdbc-port", "0"));

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.output())
                    .contains("WRONG grpc.port", taken.getLocalPort() + " can't be listened on")
                    .contains("WRONG data layout", "layout 99", "run the newer build");
        }
    }

    @Test
    void namesAMistakeInTheSettings() throws Exception {
        Outcome outcome = doctor("true", OPENS, List.of("--set", "grpc.prot=1"));

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output()).contains("WRONG settings", "grpc.prot");
    }

    /** A server that runs holds the lock; the doctor says so and does not take it away. */
    @Test
    void seesThatTheFolderIsInUse() throws Exception {
        try (DataFolder held = DataFolder.open(temp)) {
            Outcome outcome = doctor("true", concat(OPENS, "-Xmx512m"), FREE_PORTS);

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.output()).contains("another process uses the data folder " + held.root());
        }
    }

    @Test
    void takesTheFolderFromTheEnvironment() throws Exception {
        Files.writeString(temp.resolve("VERSION"), "99\n");

        Outcome outcome = run("export FLOE_DATA_FOLDER=" + temp, concat(OPENS, "-Xmx512m"), FREE_PORTS);

        assertThat(outcome.output()).contains("WRONG data layout", "layout 99");
    }

    private Outcome doctor(String limits, List<String> flags, List<String> options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--data-folder", temp.toString()));
        all.addAll(options);
        return run(limits, flags, all);
    }

    private static Outcome run(String limits, List<String> flags, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limits + " && exec \"$@\"", "doctor"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FloeMain.class.getName(), "doctor"));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private static List<String> concat(List<String> flags, String last) {
        List<String> all = new ArrayList<>(flags);
        all.add(last);
        return all;
    }
}
