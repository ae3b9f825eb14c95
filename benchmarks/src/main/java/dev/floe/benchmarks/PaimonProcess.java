package dev.floe.benchmarks;

import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a topic of JSON into a Paimon table in a process of its own and reads what it printed. */
final class PaimonProcess {
    private static final Pattern LINES =
            Pattern.compile("paimon mode=\\w+ rows=(\\d+) seconds=([\\d.]+) cpuSeconds=([\\d.]+) peakMemoryMb=(\\d+)"
                    + "\\s+files=(\\d+) stored=(\\d+) bytes=(\\d+) format=(\\S+)");

    private final PeerProcess peer;
    private final Path folder;
    private final String brokers;

    PaimonProcess(Path home, Path folder, String brokers) {
        this.peer = new PeerProcess(home, "paimon", "dev.floe.benchmarks.paimon.PaimonPipeline");
        this.folder = folder;
        this.brokers = brokers;
    }

    /** How the table is made; each writes to as many buckets as there are writers. */
    enum Mode {
        /** Without a key. */
        APPEND("paimon append"),
        /** With a key, Paimon's defaults: reads merge the files of a bucket. */
        UPSERT("paimon upsert"),
        /** With a key and deletion vectors: commits wait for the merge, reads are plain. */
        VECTORS("paimon-vectors upsert");

        private final String title;

        Mode(String title) {
            this.title = title;
        }
    }

    /** What a run took and left: live rows as Paimon's reader finds them, stored rows with replaced ones. */
    record Figures(
            Mode mode,
            long liveRows,
            double seconds,
            double cpuSeconds,
            long peakMemoryMb,
            int files,
            long storedRows,
            long bytes,
            String format) {
        double bytesPerStoredRow() {
            return (double) bytes / storedRows;
        }

        /** The run as one of end to end, in which all rows that were sent count. */
        EndToEnd.Result of(long rowsSent) {
            return new EndToEnd.Result(mode.title, rowsSent, seconds, cpuSeconds, peakMemoryMb);
        }
    }

    boolean isBuilt() {
        return peer.isBuilt();
    }

    /**
     * Runs the pipeline and checks the table.
     *
     * @param table what the columns are, and the key of modes that have one
     * @param betweenCheckpoints time from commit to commit; zero commits once, at the end
     * @throws IllegalStateException when the table does not hold that many live rows
     */
    Figures run(String topic, TableSpec table, Mode mode, Duration betweenCheckpoints, long liveRows)
            throws IOException, InterruptedException {
        String name = "paimon-" + table.name() + "-" + mode.name().toLowerCase(Locale.ROOT);
        Path output = folder.resolve(name + ".log");
        String key = table.key().isEmpty()
                ? table.columns().get(0).name()
                : table.key().get(0);
        Matcher lines = LINES.matcher(peer.run(
                output,
                List.of(
                        brokers,
                        topic,
                        folder.resolve(name).toString(),
                        mode.name().toLowerCase(Locale.ROOT),
                        Long.toString(betweenCheckpoints.toSeconds()),
                        table.columns().stream().map(PaimonProcess::sql).collect(Collectors.joining(", ")),
                        key)));
        if (!lines.find()) {
            throw new IOException("Paimon's pipeline failed; see " + output);
        }
        Figures figures = new Figures(
                mode,
                Long.parseLong(lines.group(1)),
                Double.parseDouble(lines.group(2)),
                Double.parseDouble(lines.group(3)),
                Long.parseLong(lines.group(4)),
                Integer.parseInt(lines.group(5)),
                Long.parseLong(lines.group(6)),
                Long.parseLong(lines.group(7)),
                lines.group(8));
        if (figures.liveRows != liveRows) {
            throw new IllegalStateException(
                    mode.title + " holds " + figures.liveRows + " live rows and not " + liveRows + "; see " + output);
        }
        return figures;
    }

    private static String sql(Column column) {
        return "`" + column.name() + "` " + sql(column.type()) + (column.required() ? " NOT NULL" : "");
    }

    private static String sql(ColumnType type) {
        if (type == Primitive.LONG) {
            return "BIGINT";
        }
        return type == Primitive.TIMESTAMP ? "TIMESTAMP(6)" : type.text().toUpperCase(Locale.ROOT);
    }
}
