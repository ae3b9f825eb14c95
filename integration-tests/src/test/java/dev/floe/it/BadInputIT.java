package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableSpec;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.WriteRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input of every kind gets a clear error, and leaves what was acked as it was. */
class BadInputIT {
    private static final List<String> COLUMNS = List.of("id", "amount", "note", "at");

    @TempDir
    static Path temp = Path.of("");

    private static @Nullable StandaloneProcess floe;
    private static @Nullable FloeClient client;
    private static final Set<Long> STORED = new TreeSet<>();

    @BeforeAll
    static void start() {
        floe = StandaloneProcess.start(temp.resolve("data"));
        client = floe.client();
        client.catalog()
                .createTable(
                        "",
                        TableSpec.upsert(
                                "t",
                                List.of(
                                        Column.required("id", Primitive.LONG),
                                        Column.optional("amount", Primitive.DOUBLE),
                                        Column.optional("note", Primitive.STRING),
                                        Column.optional("at", Primitive.TIMESTAMP)),
                                List.of("id")),
                        false);
        store(row(1L, 1.0, "first", null));
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (floe != null) {
            floe.close();
        }
    }

    /** What was acked is there, and no more. */
    @AfterEach
    void storedRowsAreIntact() {
        Ack mark = store(row(1L, 1.0, "mark", null));
        try (QueryRows rows = client().query(Query.of("SELECT id FROM t").at(new ReadAt.AtToken(mark.token())))) {
            List<Long> ids =
                    rows.all().stream().map(found -> (Long) found.value(0)).toList();
            assertThat(ids).containsExactlyInAnyOrderElementsOf(STORED);
        }
    }

    private static FloeClient client() {
        return Objects.requireNonNull(client);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    private static Ack store(@Nullable Object[]... rows) {
        Ack ack = client().write("t", Batch.of(COLUMNS, Arrays.asList(rows)), Operation.UPSERT);
        assertThat(ack.rowsRefused()).isZero();
        for (@Nullable Object[] row : rows) {
            STORED.add((Long) row[0]);
        }
        return ack;
    }

    private static FloeException refused(Runnable call) {
        return catchThrowableOfType(FloeException.class, call::run);
    }

    private static void assertRefused(FloeException e, ErrorCode code, String... parts) {
        assertThat(e.code()).as(e.toString()).isEqualTo(code);
        assertThat(e.message() + " " + e.fieldPath() + " " + e.action()).contains(parts);
    }

    @Test
    void unknownTablesAndColumns() {
        Batch batch = Batch.of(COLUMNS, List.<Object[]>of(row(5L, 1.0, "x", null)));
        assertRefused(
                refused(() -> client().write("nope", batch, Operation.UPSERT)), ErrorCode.TABLE_NOT_FOUND, "nope");
        Batch unknown = Batch.of(List.of("id", "color"), List.<Object[]>of(row(5L, "red")));
        assertRefused(refused(() -> write(unknown)), ErrorCode.UNKNOWN_COLUMN, "color");
        assertRefused(refused(() -> client().query("SELECT * FROM nope").all()), ErrorCode.INVALID_SQL, "nope");
    }

    private static void write(Batch batch) {
        Ack ack = client().write("t", batch, Operation.UPSERT);
        if (!ack.rowErrors().isEmpty()) {
            throw ack.rowErrors().get(0);
        }
    }

    @Test
    void badRowsAreNamedAndGoodOnesKept() {
        Ack ack = client().write(
                        "t",
                        Batch.of(
                                COLUMNS,
                                Arrays.asList(
                                        row(10L, 1.0, "good", null),
                                        row(null, 1.0, "no key", null),
                                        row(11L, 2.0, "good", null))),
                        Operation.UPSERT);
        STORED.addAll(List.of(10L, 11L));
        assertThat(ack.rowsStored()).isEqualTo(2);
        assertThat(ack.rowErrors()).hasSize(1);
        assertThat(ack.rowErrors().get(0).row()).isEqualTo(1);
        assertRefused(ack.rowErrors().get(0), ErrorCode.MISSING_VALUE, "id");
        Batch wrongType = Batch.of(List.of("id", "amount"), List.<Object[]>of(row(12L, "a lot")));
        assertRefused(refused(() -> write(wrongType)), ErrorCode.WRONG_TYPE, "amount");
    }

    @Test
    void extremesAreStoredAsTheyAre() {
        store(
                row(Long.MIN_VALUE, Double.NaN, "", LocalDateTime.of(1, 1, 1, 0, 0)),
                row(Long.MAX_VALUE, Double.NEGATIVE_INFINITY, "\u0000\uffff😀", LocalDateTime.of(9999, 12, 31, 23, 59)),
                row(0L, -0.0, "a".repeat(100_000), null));
        Ack last = store(row(1L, 1.0, "x", null));
        try (QueryRows rows = client().query(Query.of("SELECT amount, note, \"at\" FROM t WHERE id IN ("
                        + "-9223372036854775808, 9223372036854775807) ORDER BY id")
                .at(new ReadAt.AtToken(last.token())))) {
            assertThat(rows.all().stream().map(r -> Arrays.asList(r.values())).toList())
                    .containsExactly(
                            Arrays.asList(Double.NaN, "", LocalDateTime.of(1, 1, 1, 0, 0)),
                            Arrays.asList(
                                    Double.NEGATIVE_INFINITY,
                                    "\u0000\uffff😀",
                                    LocalDateTime.of(9999, 12, 31, 23, 59)));
        }
    }

    @Test
    void emptyBatchesAndKeysGivenTwice() {
        assertThat(client().write("t", Batch.of(COLUMNS, List.of()), Operation.UPSERT)
                        .rowsStored())
                .isZero();
        Ack twice = store(row(20L, 1.0, "older", null), row(20L, 2.0, "newer", null));
        try (QueryRows rows =
                client().query(Query.of("SELECT note FROM t WHERE id = 20").at(new ReadAt.AtToken(twice.token())))) {
            assertThat(rows.all())
                    .hasSize(1)
                    .first()
                    .satisfies(r -> assertThat(r.value(0)).isEqualTo("newer"));
        }
    }

    @Test
    void wideTablesAreRefusedWithTheLimit() {
        List<Column> many = IntStream.range(0, 10_000)
                .mapToObj(i -> Column.optional("c" + i, Primitive.INT))
                .toList();
        assertRefused(
                refused(() -> client().catalog().createTable("", TableSpec.append("wide", many), false)),
                ErrorCode.INVALID_TABLE,
                "10000",
                "2000");
        for (String name : List.of("", "Has Capitals", "x; DROP TABLE t", "a".repeat(100), "ünder", "../up")) {
            assertThat(refused(() -> client().catalog()
                                    .createTable(
                                            "",
                                            TableSpec.append(name, List.of(Column.optional("c", Primitive.INT))),
                                            false))
                            .code())
                    .as(name)
                    .isEqualTo(ErrorCode.INVALID_NAME);
        }
    }

    @Test
    void keysOf64KilobytesAndManyPartitionsInOneBatch() {
        client().catalog()
                .createTable(
                        "",
                        TableSpec.upsert(
                                        "large",
                                        List.of(
                                                Column.required("key", Primitive.STRING),
                                                Column.required("part", Primitive.INT),
                                                Column.optional("note", Primitive.STRING)),
                                        List.of("key", "part"))
                                .withPartitionBy(List.of("part")),
                        false);
        String key = "k".repeat((64 << 10) - 1);
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int part = 0; part < 200; part++) {
            rows.add(row((part < 3 ? key : "short") + part % 10, part, "old"));
        }
        client().write("large", Batch.of(List.of("key", "part", "note"), rows), Operation.UPSERT);
        Ack ack = client().write(
                        "large",
                        Batch.of(
                                List.of("key", "part", "note"),
                                List.<Object[]>of(row(key + 1, 1, "new"), row("short9", 199, "new"))),
                        Operation.UPSERT);
        ReadAt at = new ReadAt.AtToken(ack.token());
        try (QueryRows counts = client().query(Query.of(
                        "SELECT COUNT(*), COUNT(DISTINCT part)," + " COUNT(*) FILTER (WHERE note = 'new') FROM large")
                .at(at))) {
            assertThat(counts.all().get(0).values()).containsExactly(200L, 200L, 2L);
        }
        List<Object[]> keys = List.<Object[]>of(row(key + 1, 1), row(key + 3, 1));
        List<Optional<Row>> found = client().get(new KeyLookup("large", List.of("key", "part"), keys, List.of(), at));
        assertThat(found.get(0).orElseThrow().value("note")).isEqualTo("new");
        assertThat(found.get(1)).isEmpty();
    }

    @Test
    void namesWithSignsWorkInQuotes() {
        client().catalog()
                .createTable(
                        "",
                        TableSpec.append("odd", List.of(Column.required("City \"Name\", etc.", Primitive.STRING))),
                        false);
        Ack ack = client().write(
                        "odd",
                        Batch.of(List.of("City \"Name\", etc."), List.<Object[]>of(row("Köln"))),
                        Operation.APPEND);
        try (QueryRows rows = client().query(
                        Query.of("SELECT \"City \"\"Name\"\", etc.\" FROM odd").at(new ReadAt.AtToken(ack.token())))) {
            assertThat(rows.all().get(0).value(0)).isEqualTo("Köln");
        }
    }

    @Test
    void malformedAndOversizedMessages() throws Exception {
        ManagedChannel channel = channel();
        try {
            IngestServiceGrpc.IngestServiceBlockingStub ingest = IngestServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key()));
            WriteRequest garbage = WriteRequest.newBuilder()
                    .setTable("t")
                    .setBatch(dev.floe.wire.v1.Batch.newBuilder()
                            .setColumnar(ColumnarBatch.parseFrom(new byte[] {8, 5}))
                            .setOperation(dev.floe.wire.v1.Operation.UPSERT))
                    .build();
            assertThat(ingest.write(garbage).getAck().getRowsStored()).isZero();
            WriteRequest oldSchema =
                    WriteRequest.newBuilder().setTable("t").setSchemaVersion(77).build();
            assertThat(status(() -> ingest.write(oldSchema)).getMessage()).contains("77");
            WriteRequest huge = WriteRequest.newBuilder()
                    .setTableBytes(ByteString.copyFrom(new byte[40 << 20]))
                    .build();
            assertThat(status(() -> ingest.write(huge)).getStatus().getCode().name())
                    .isIn("RESOURCE_EXHAUSTED", "CANCELLED", "UNAVAILABLE");
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static StatusRuntimeException status(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run);
    }

    @Test
    void aClientThatGoesAwayMidStreamHarmsNobody() throws Exception {
        for (int i = 0; i < 5; i++) {
            ManagedChannel channel = channel();
            CountDownLatch ended = new CountDownLatch(1);
            StreamObserver<AppendRequest> requests = IngestServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key()))
                    .append(new StreamObserver<>() {
                        @Override
                        public void onNext(AppendResponse response) {}

                        @Override
                        public void onError(Throwable failure) {
                            ended.countDown();
                        }

                        @Override
                        public void onCompleted() {
                            ended.countDown();
                        }
                    });
            requests.onNext(AppendRequest.newBuilder().setTable("t").build());
            channel.shutdownNow();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
        store(row(30L, 1.0, "after", null));
    }

    @Test
    void hostileSqlIsRefused() {
        List<String> statements = new ArrayList<>(List.of(
                "",
                ";",
                "SELECT",
                "SELECT 1; DROP TABLE t",
                "SELECT * FROM t WHERE id = 'x' || 1 +",
                "SELECT " + "(".repeat(3_000) + "1" + ")".repeat(3_000),
                "SELECT * FROM t WHERE " + "id = 1 OR ".repeat(50_000) + "id = 2"));
        for (String statement : statements) {
            FloeException e = refused(() -> client().query(statement).all());
            assertThat(e)
                    .as(statement.substring(0, Math.min(40, statement.length())))
                    .isNotNull();
            assertThat(e.code()).as(e.message()).isNotEqualTo(ErrorCode.DEFECT);
        }
    }

    private static ManagedChannel channel() {
        String[] target = Objects.requireNonNull(floe).endpoint("grpc").split(":", 2);
        return NettyChannelBuilder.forAddress(target[0], Integer.parseInt(target[1]))
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    private static Metadata key() {
        Metadata metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + Objects.requireNonNull(floe).adminKey());
        return metadata;
    }
}
