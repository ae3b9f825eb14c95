package dev.floe.benchmarks;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.TableCompaction;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The tables that scans read, written through ingest: {@code events} of workload E, {@code countries}, {@code flights}.
 *
 * <p>An event's key is its entity, of which there are a million, and its time, which no two share. The last tenth of
 * the events replaces events before it, so that a tenth of what the files hold is dead until they are compacted, which
 * happens only when it is asked for.
 */
final class ScanTables {
    private static final int BATCH_ROWS = 10_000;
    private static final int IN_FLIGHT_MAX = 32;
    private static final int BUCKETS = 4;
    private static final Duration LOOK = Duration.ofMillis(200);

    private final FloeClient client;
    private final Path data;

    ScanTables(FloeClient client, Path data) {
        this.client = client;
        this.data = data;
    }

    /** Makes and fills both tables; all is committed then. */
    void fill(int rows) {
        TableSpec events = TableSpec.upsert(
                        "events", WorkloadE.table("events", true).columns(), List.of("entity_id", "ts"))
                .withBuckets(BUCKETS)
                .withProperties(Map.of("compaction.strategy", "none"));
        client.catalog().createTable("", events, false);
        WorkloadE workload = new WorkloadE(1);
        SplittableRandom random = new SplittableRandom(2);
        int fresh = rows - rows / 10;
        long[] entities = new long[fresh];
        long[] times = new long[fresh];
        Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
        Token last = null;
        try (TableWriter writer = client.writer("events")) {
            for (int done = 0; done < rows; done += BATCH_ROWS) {
                WorkloadE.Rows batch = workload.next(Math.min(BATCH_ROWS, rows - done));
                for (int i = 0; i < batch.count; i++) {
                    if (done + i < fresh) {
                        entities[done + i] = batch.entityId[i];
                        times[done + i] = batch.ts[i];
                    } else {
                        int older = random.nextInt(fresh);
                        batch.entityId[i] = entities[older];
                        batch.ts[i] = times[older];
                    }
                }
                inFlight.add(writer.append(batch.columnar(), Operation.UPSERT));
                if (inFlight.size() > IN_FLIGHT_MAX) {
                    last = inFlight.remove().join().token();
                }
            }
            while (!inFlight.isEmpty()) {
                last = inFlight.remove().join().token();
            }
        }
        await("events", Objects.requireNonNull(last));
        await("countries", countries());
    }

    /** Makes and fills {@code flights} with the sample's rows so many times. */
    void flights(FlightRows sample, int times) {
        client.catalog().createTable("", sample.table("flights").withBuckets(BUCKETS), false);
        Deque<CompletableFuture<Ack>> inFlight = new ArrayDeque<>();
        Token last = null;
        try (TableWriter writer = client.writer("flights")) {
            for (int time = 0; time < times; time++) {
                for (int from = 0; from < sample.count(); from += BATCH_ROWS) {
                    int to = Math.min(sample.count(), from + BATCH_ROWS);
                    inFlight.add(writer.append(sample.range(from, to), Operation.APPEND));
                    if (inFlight.size() > IN_FLIGHT_MAX) {
                        last = inFlight.remove().join().token();
                    }
                }
            }
            while (!inFlight.isEmpty()) {
                last = inFlight.remove().join().token();
            }
        }
        await("flights", Objects.requireNonNull(last));
    }

    private Token countries() {
        List<Column> columns =
                List.of(Column.required("code", Primitive.STRING), Column.required("continent", Primitive.STRING));
        client.catalog()
                .createTable(
                        "",
                        TableSpec.upsert("countries", columns, List.of("code")).withBuckets(1),
                        false);
        List<@Nullable Object[]> rows = IntStream.range(0, WorkloadE.COUNTRIES.size())
                .mapToObj(i -> new @Nullable Object[] {WorkloadE.COUNTRIES.get(i), "continent-" + i % 6})
                .toList();
        return client.write("countries", Batch.of(List.of(), rows), Operation.UPSERT)
                .token();
    }

    private void await(String table, Token token) {
        client.query(Query.of("SELECT 1 FROM " + table + " LIMIT 1").at(new ReadAt.Containing(token)))
                .close();
    }

    /** Merges the files of {@code events}; none of its rows is dead then. */
    void compact() {
        client.catalog().compactTable("", "events");
        while (client.catalog()
                .describeTable("", "events")
                .compaction()
                .flatMap(TableCompaction::newest)
                .flatMap(TableCompaction.Full::doneAt)
                .isEmpty()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** The data files of a table's newest snapshot, as paths. */
    List<String> files(String table) throws IOException {
        return FloeTables.read(data, table, loaded -> {
            List<String> files = new ArrayList<>();
            try (CloseableIterable<FileScanTask> tasks = loaded.newScan().planFiles()) {
                tasks.forEach(task -> files.add(task.file().location().replaceFirst("^file:", "")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return files;
        });
    }
}
