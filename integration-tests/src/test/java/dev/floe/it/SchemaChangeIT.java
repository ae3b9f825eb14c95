package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.ColumnChange;
import dev.floe.client.ColumnChange.Place;
import dev.floe.client.FloeClient;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.TableInfo;
import dev.floe.client.Token;
import dev.floe.wire.v1.Ack;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceBlockingStub;
import dev.floe.wire.v1.Operation;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import dev.floe.wire.v1.WriteRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F33: columns change under two clients that write all the while, one by the first version of the columns, one always
 * by the newest. No value is lost, doubled or put into another column; what was before stays to be seen.
 */
class SchemaChangeIT {
    private static final int KEYS = 40;
    private static final int BATCHES_BETWEEN = 3;
    private static final String DECLARATION = """
            table: readings
            key: [id]
            buckets: 2
            columns:
              - {name: id, type: long, required: true}
              - {name: amount, type: int}
              - {name: place, type: string}
              - {name: price, type: double}
              - {name: label, type: string, required: true}
            """;

    @TempDir
    Path temp = Path.of("");

    /** Writes rows of its own keys, column by column name of its version, and keeps a model by field id. */
    private static final class Writer implements Runnable {
        private final IngestServiceBlockingStub ingest;
        private final Supplier<TableInfo> version;
        private final int firstKey;
        private final SplittableRandom random;
        private final AtomicBoolean stop;
        private final Map<Long, Map<Integer, Object>> model = new TreeMap<>();
        private final AtomicInteger batches = new AtomicInteger();
        private final AtomicReference<Token> token = new AtomicReference<>();
        private int refusedForDropped;

        Writer(
                IngestServiceBlockingStub ingest,
                Supplier<TableInfo> version,
                int firstKey,
                long seed,
                AtomicBoolean stop) {
            this.ingest = ingest;
            this.version = version;
            this.firstKey = firstKey;
            this.random = new SplittableRandom(seed);
            this.stop = stop;
        }

        @Override
        public void run() {
            while (!stop.get()) {
                TableInfo table = version.get();
                List<Map<Integer, Object>> rows = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    rows.add(row(table));
                }
                send(table, rows);
                batches.incrementAndGet();
            }
        }

        private void send(TableInfo table, List<Map<Integer, Object>> rows) {
            Ack ack = write(table, rows);
            Map<Integer, Map<Integer, Object>> refused = new TreeMap<>();
            for (Error error : ack.getRowErrorsList()) {
                assertThat(error.getName()).isEqualTo("UNKNOWN_COLUMN");
                assertThat(error.getMessage()).contains("dropped");
                Map<Integer, Object> row = new HashMap<>(rows.get((int) error.getRow()));
                table.spec().columns().stream()
                        .filter(column -> column.name().equals(error.getFieldPath()))
                        .forEach(column -> row.remove(column.id()));
                refused.put((int) error.getRow(), row);
                refusedForDropped++;
            }
            // rows refused are not stored, so a key of theirs keeps what an earlier row of the batch gave it
            for (int i = 0; i < rows.size(); i++) {
                if (!refused.containsKey(i)) {
                    model.put((Long) rows.get(i).get(1), rows.get(i));
                }
            }
            if (!refused.isEmpty()) {
                send(table, List.copyOf(refused.values()));
            }
        }

        private Ack write(TableInfo table, List<Map<Integer, Object>> rows) {
            RowBatch.Builder batch = RowBatch.newBuilder();
            table.spec().columns().forEach(column -> batch.addColumns(column.name()));
            for (Map<Integer, Object> values : rows) {
                Row.Builder row = Row.newBuilder();
                table.spec().columns().forEach(column -> row.addValues(value(values.get(column.id()))));
                batch.addRows(row);
            }
            Ack ack = ingest.write(WriteRequest.newBuilder()
                            .setTable("readings")
                            .setSchemaVersion(table.schemaVersion())
                            .setBatch(Batch.newBuilder().setRows(batch).setOperation(Operation.UPSERT))
                            .build())
                    .getAck();
            token.set(Token.of(ack.getToken().getValue().toByteArray()));
            assertThat(ack.getSchemaVersion()).isGreaterThanOrEqualTo(table.schemaVersion());
            return ack;
        }

        private Map<Integer, Object> row(TableInfo table) {
            Map<Integer, Object> row = new HashMap<>();
            table.spec().columns().forEach(column -> {
                if (column.name().equals("id")) {
                    row.put(column.id(), (long) firstKey + random.nextInt(KEYS));
                } else if (column.required() || random.nextInt(4) > 0) {
                    row.put(column.id(), random(column.type().text(), column.id()));
                }
            });
            return row;
        }

        /** Text and numbers tell which field they were written to. */
        private Object random(String type, int fieldId) {
            return switch (type) {
                case "int" -> (long) (fieldId * 1_000_000 + random.nextInt(1_000));
                case "long" -> (1L << 40) + fieldId * 1_000_000L + random.nextInt(1_000);
                case "double" -> fieldId + random.nextInt(1_000) / 1_000.0;
                default -> "f" + fieldId + "-" + random.nextInt(1_000);
            };
        }

        private static Value value(@Nullable Object value) {
            if (value instanceof Long number) {
                return Value.newBuilder().setInteger(number).build();
            }
            if (value instanceof Double number) {
                return Value.newBuilder().setFloating(number).build();
            }
            return value == null
                    ? Value.getDefaultInstance()
                    : Value.newBuilder().setText(value.toString()).build();
        }
    }

    @Test
    void columnsChangeUnderTwoClientVersions() {
        try (StandaloneProcess floe = StandaloneProcess.start(temp.resolve("data"));
                FloeClient client = floe.client()) {
            TableInfo first = client.catalog().createTable("", DECLARATION, false);
            AtomicReference<TableInfo> newest = new AtomicReference<>(first);
            AtomicBoolean stop = new AtomicBoolean();
            ManagedChannel channel = NettyChannelBuilder.forTarget(floe.endpoint("grpc"))
                    .usePlaintext()
                    .build();
            Metadata key = new Metadata();
            key.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + floe.adminKey());
            IngestServiceBlockingStub ingest = IngestServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key));
            try {
                Writer old = new Writer(ingest, () -> first, 0, 1, stop);
                Writer current = new Writer(ingest, newest::get, 1_000, 2, stop);
                CompletableFuture<Void> both =
                        CompletableFuture.allOf(CompletableFuture.runAsync(old), CompletableFuture.runAsync(current));
                awaitBatches(old, current);
                assertThat(both).isNotCompletedExceptionally();
                List<List<@Nullable Object>> before = new ArrayList<>();
                long snapshot = firstSnapshot(client, current, before);

                List<List<ColumnChange>> steps = List.of(
                        List.of(
                                ColumnChange.Add.last("note", "string"),
                                new ColumnChange.Move("note", new Place.After("id"))),
                        List.of(new ColumnChange.Widen("amount", "long"), new ColumnChange.MakeOptional("label")),
                        List.of(new ColumnChange.Rename("place", "town"), new ColumnChange.Rename("note", "place")),
                        List.of(new ColumnChange.Move("label", new Place.First())),
                        List.of(new ColumnChange.Drop("price"), ColumnChange.Add.last("price", "string")));
                for (List<ColumnChange> step : steps) {
                    newest.set(client.catalog().alterTable("", "readings", step));
                    assertThat(planned(client, Objects.requireNonNull(newest.get())))
                            .isEqualTo(columns(Objects.requireNonNull(newest.get())));
                    awaitBatches(old, current);
                    assertThat(both).isNotCompletedExceptionally();
                }
                stop.set(true);
                both.join();

                assertThat(Objects.requireNonNull(newest.get()).schemaVersion()).isEqualTo(1 + steps.size());
                assertThat(old.refusedForDropped)
                        .as("values for the dropped column, all refused")
                        .isPositive();
                Map<Long, Map<Integer, Object>> expected = new TreeMap<>(old.model);
                expected.putAll(current.model);
                int dropped = first.spec().columns().get(3).id();
                expected.values().forEach(row -> row.remove(dropped));
                assertThat(stored(client, Objects.requireNonNull(newest.get()), List.of(old, current)))
                        .isEqualTo(expected);
                assertThat(timeTravel(client, snapshot)).containsExactlyInAnyOrderElementsOf(before);
            } finally {
                stop.set(true);
                channel.shutdownNow();
            }
        }
    }

    private static void awaitBatches(Writer... writers) {
        for (Writer writer : writers) {
            int wanted = writer.batches.get() + BATCHES_BETWEEN;
            Awaitility.await().until(() -> writer.batches.get() >= wanted);
        }
    }

    /** Remembers the rows of a snapshot before any change. */
    private static long firstSnapshot(FloeClient client, Writer writer, List<List<@Nullable Object>> rows) {
        long snapshot;
        try (QueryRows seen = client.query(Query.of("SELECT 1 FROM readings LIMIT 1")
                .at(new ReadAt.Containing(Objects.requireNonNull(writer.token.get()))))) {
            assertThat(seen.all()).hasSize(1);
            snapshot = seen.snapshots().get(0).snapshotId();
        }
        // at that snapshot: the newest rows are in the log's tail and in no snapshot yet
        try (QueryRows seen =
                client.query(Query.of("SELECT id, place FROM readings").at(new ReadAt.AtSnapshot(snapshot)))) {
            seen.all().forEach(row -> rows.add(values(row)));
        }
        return snapshot;
    }

    /** What that snapshot shows now, by the names that the columns have now. */
    private static List<List<@Nullable Object>> timeTravel(FloeClient client, long snapshot) {
        String sql = "SELECT id, town FROM readings WHERE place IS NULL AND (town IS NULL OR town LIKE 'f%')";
        try (QueryRows seen = client.query(Query.of(sql).at(new ReadAt.AtSnapshot(snapshot)))) {
            return seen.all().stream().map(SchemaChangeIT::values).toList();
        }
    }

    /** Columns as a query sees them at once, with a condition on each: the newest snapshot has not got them yet. */
    private static List<String> planned(FloeClient client, TableInfo table) {
        StringBuilder sql = new StringBuilder("SELECT * FROM readings WHERE id < 0");
        columns(table).forEach(name -> sql.append(" OR ").append(name).append(" IS NULL"));
        try (QueryRows seen = client.query(sql.toString())) {
            seen.all();
            return seen.columns().stream().map(column -> column.name()).toList();
        }
    }

    private static Map<Long, Map<Integer, Object>> stored(FloeClient client, TableInfo table, List<Writer> writers) {
        // one token a writer: what both wrote has to be in
        for (Writer writer : writers) {
            try (QueryRows seen = client.query(Query.of("SELECT 1 FROM readings LIMIT 1")
                    .at(new ReadAt.Containing(Objects.requireNonNull(writer.token.get()))))) {
                seen.all();
            }
        }
        Map<Long, Map<Integer, Object>> rows = new TreeMap<>();
        try (QueryRows seen = client.query("SELECT * FROM readings")) {
            for (dev.floe.client.Row row : seen.all()) {
                Map<Integer, Object> values = new HashMap<>();
                table.spec().columns().forEach(column -> {
                    Object value = row.value(column.name());
                    if (value != null) {
                        values.put(column.id(), value);
                    }
                });
                assertThat(rows.put((Long) values.get(1), values))
                        .as("one row a key")
                        .isNull();
            }
        }
        return rows;
    }

    private static List<String> columns(TableInfo table) {
        return table.spec().columns().stream().map(column -> column.name()).toList();
    }

    private static List<@Nullable Object> values(dev.floe.client.Row row) {
        return Arrays.asList(row.values());
    }
}
