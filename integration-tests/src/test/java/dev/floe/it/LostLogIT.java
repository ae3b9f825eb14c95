package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableSpec;
import dev.floe.client.TableSuspension;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F6 without a disk that forgets: the log comes back shorter than what tables and streams know of it. */
class LostLogIT {
    private static final String[] ONE_PARTITION = {"--set", "log.partitions=1"};
    private static final String[] NO_COMMITS = {"--set", "log.partitions=1", "--set", "ingest.commit-interval=300s"};
    private static final int BATCHES = 20;
    private static final long SECONDS_MAX = 60;

    @TempDir
    Path temp = Path.of("");

    @Test
    void aTableThatLostAckedRowsSaysSoAndTheOthersTakeWhatComes() throws IOException {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data, ONE_PARTITION);
                FloeClient client = floe.client()) {
            for (String table : List.of("whole", "cut")) {
                client.catalog()
                        .createTable("", TableSpec.append(table, List.of(Column.required("n", Primitive.LONG))), false);
            }
            write(client, "whole", "first", 0, BATCHES);
            awaitCommitted(client, "whole", BATCHES);
            assertThat(floe.terminate()).isTrue();
        }
        try (StandaloneProcess floe = StandaloneProcess.start(data, NO_COMMITS)) {
            try (FloeClient client = floe.client()) {
                write(client, "cut", "first", 0, BATCHES);
            }
            floe.kill();
        }
        cutOff(data, 0.2);

        try (StandaloneProcess floe = StandaloneProcess.start(data, ONE_PARTITION);
                FloeClient client = floe.client()) {
            TableSuspension suspension =
                    client.catalog().describeTable("", "cut").suspension().orElseThrow();
            assertThat(suspension.code()).isEqualTo("LOG_TRUNCATED");
            assertThat(client.catalog().describeTable("", "whole").suspension()).isEmpty();

            write(client, "whole", "second", BATCHES, 2 * BATCHES);
            assertThat(rows(client, "whole", new ReadAt.Latest()))
                    .hasSize(2 * BATCHES)
                    .doesNotHaveDuplicates();
            awaitCommitted(client, "whole", 2 * BATCHES);

            client.catalog().resumeTable("", "cut", "LOG_TRUNCATED");
            write(client, "cut", "second", 100, 100 + BATCHES);
            awaitCommitted(client, "cut", BATCHES);
            assertThat(rows(client, "cut", new ReadAt.Latest()))
                    .hasSize(BATCHES)
                    .allMatch(n -> n >= 100);
            assertThat(floe.terminate()).isTrue();
        }
        try (StandaloneProcess floe = StandaloneProcess.start(data, ONE_PARTITION);
                FloeClient client = floe.client()) {
            assertThat(client.catalog().describeTable("", "cut").suspension())
                    .as("found once")
                    .isEmpty();
        }
    }

    /** A row a batch, each acked before the next. */
    private static void write(FloeClient client, String table, String stream, long from, long to) {
        try (TableWriter writer = client.writer(table, WriterSettings.defaults().withStream(stream))) {
            for (long n = from; n < to; n++) {
                writer.append(Batch.of(List.of("n"), List.<Object[]>of(new Object[] {n})), Operation.APPEND)
                        .join();
            }
        }
    }

    private static void awaitCommitted(FloeClient client, String table, int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (rows(client, table, new ReadAt.Committed()).size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(rows(client, table, new ReadAt.Committed())).hasSize(count).doesNotHaveDuplicates();
    }

    private static List<Long> rows(FloeClient client, String table, ReadAt at) {
        try (QueryRows rows = client.query(Query.of("SELECT n FROM " + table).at(at))) {
            List<Long> found = new ArrayList<>();
            rows.all().forEach(row -> found.add((Long) row.value(0)));
            return found;
        }
    }

    /** Leaves a share of what the log has. */
    private static void cutOff(Path data, double share) throws IOException {
        Path segment;
        try (Stream<Path> files = Files.walk(data.resolve("kafka"))) {
            segment = files.filter(file -> file.toString().contains("/floe.log-0/"))
                    .filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate((long) (channel.size() * share));
        }
    }
}
