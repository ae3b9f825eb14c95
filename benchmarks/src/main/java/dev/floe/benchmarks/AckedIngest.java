package dev.floe.benchmarks;

import dev.floe.client.FloeClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Acked ingest: rows of workload E from a Java client into append tables of a standalone whose job is running.
 *
 * <p>Arguments: seconds that count (60), seconds to warm up before (20), then forms: {@code arrow-ROWS} and {@code
 * columnar-ROWS} are one writer that sends batches of so many rows; {@code single-CONNECTIONS-INFLIGHT} are
 * connections with so many rows in flight each. A form with {@code -nostream} behind it is sent without a stream, at
 * least once. Every form has a table of its own, and each run ends when all rows that were acked are committed, each
 * once.
 */
public final class AckedIngest {
    private static final List<String> FORMS =
            List.of("arrow-10000", "arrow-1000", "columnar-10000", "columnar-1000", "single-1000-8");
    private static final String WITHOUT_STREAM = "-nostream";

    private AckedIngest() {}

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        int warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        List<String> forms = args.length > 2 ? Arrays.asList(args).subList(2, args.length) : FORMS;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess floe = FloeProcess.start(home, data);
                FloeClient client = FloeClient.connect(floe.target(), floe.adminKey());
                BufferAllocator allocator = new RootAllocator()) {
            System.out.printf(
                    "%-24s %12s %14s %10s %8s %8s %8s %8s %12s %12s %9s%n",
                    "form",
                    "rows/s",
                    "rows/s a core",
                    "CPU-s/M",
                    "wire B",
                    "log B",
                    "p50 ms",
                    "p99 ms",
                    "behind first",
                    "behind last",
                    "all read");
            for (String form : forms) {
                run(floe, client, allocator, form, warmUp, seconds);
            }
        }
    }

    private static void run(
            FloeProcess floe, FloeClient client, BufferAllocator allocator, String form, int warmUp, int seconds)
            throws Exception {
        boolean exactlyOnce = !form.endsWith(WITHOUT_STREAM);
        String[] parts = form.split("-", -1);
        boolean single = parts[0].equals("single");
        AckedBatches.Form rowForm =
                single ? AckedBatches.Form.ROWS : AckedBatches.Form.valueOf(parts[0].toUpperCase(Locale.ROOT));
        String table = "acked_" + form.replace('-', '_');
        client.catalog().createTable("", WorkloadE.table(table, false), false);
        AckedRun run = new AckedRun(floe, client, table);
        try (AckedBatches batches = new AckedBatches(rowForm, single ? 1 : Integer.parseInt(parts[1]), allocator)) {
            AckedRun.Figures figures = single
                    ? run.singleRows(
                            Integer.parseInt(parts[1]),
                            Integer.parseInt(parts[2]),
                            batches,
                            exactlyOnce,
                            warmUp,
                            seconds)
                    : run.batches(batches, exactlyOnce, warmUp, seconds);
            print(form, figures, batches.bytesPerRow());
        }
    }

    private static void print(String form, AckedRun.Figures run, double wireBytes) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %,12.0f %,14.0f %10.2f %8.1f %8.1f %8.1f %8.1f %,12d %,12d %7.1f s%n",
                form,
                run.rows() / run.seconds(),
                run.rows() / run.cpuSeconds(),
                run.cpuSeconds() / (run.rows() / 1e6),
                wireBytes,
                run.logBytesPerRow(),
                run.p50Millis(),
                run.p99Millis(),
                run.behindBefore(),
                run.behindAfter(),
                run.catchUpSeconds());
        System.out.println("    CPU-s/M by part: " + run.parts());
    }
}
