package dev.floe.gateway.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.floe.core.error.ErrorCode;
import dev.floe.gateway.FakeTables;
import dev.floe.gateway.GatewayCounters;
import dev.floe.gateway.GatewaySettings;
import dev.floe.gateway.MemoryLog;
import dev.floe.gateway.TestGateway;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.write.CoalesceSettings;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One stream against a log that answers when and in the order it likes. */
class AppendStreamTest {
    private static final int REQUEST_BYTES = 10_000;
    private static final GatewaySettings TIGHT =
            new GatewaySettings(10_000, 8 << 20, 100_000, 60_000, 100, 16, 0, CoalesceSettings.OFF);

    private final MemoryLog log = new MemoryLog(1 << 20);
    private final FakeTables tables = new FakeTables();
    private final TestGateway gateway = new TestGateway(tables, log, DiskWatermark.none(), TIGHT);

    @AfterEach
    void stop() {
        gateway.close();
    }

    static Stream<Long> seeds() {
        return LongStream.range(0, Long.getLong("seeds", 10)).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersInTheOrderOfTheRequests(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int requests = 200;
        log.hold();
        try (RawStream stream = new RawStream(gateway.target())) {
            for (int id = 1; id <= requests; id++) {
                stream.send(random.nextInt(5) == 0 ? wrong(id) : sound(id, random.nextInt(2_000)));
            }
            stream.halfClose();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        log.answerOne(random);
                        return stream.isOver();
                    });

            assertThat(stream.answers().stream().map(AppendResponse::getRequestId))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, requests).boxed().toList());
            assertThat(stream.failure()).isNull();
        }
        assertNothingLeft();
    }

    @Test
    void readsNoMoreThanItsLimitsWhileTheLogIsSlow() {
        log.hold();
        try (RawStream first = new RawStream(gateway.target());
                RawStream second = new RawStream(gateway.target())) {
            for (int id = 1; id <= 100; id++) {
                first.send(sound(id, REQUEST_BYTES));
                second.send(sound(id, REQUEST_BYTES));
            }
            // a stream may hold 60,000 bytes and one request more, the process 100,000
            Awaitility.await().during(Duration.ofMillis(500)).until(() -> log.unansweredCount() <= 9);
            assertThat(log.unansweredCount()).isGreaterThan(4);

            SplittableRandom random = new SplittableRandom(1);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        assertThat(log.unansweredCount()).isLessThanOrEqualTo(9);
                        log.answerOne(random);
                        return first.answers().size() == 100 && second.answers().size() == 100;
                    });
        }
        assertNothingLeft();
    }

    /** Small requests are asked for ahead: where the budget makes one wait, those behind it do not pass it. */
    @ParameterizedTest
    @MethodSource("seeds")
    void keepsSmallRequestsBehindOneThatWaits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int requests = 100;
        log.hold();
        try (RawStream first = new RawStream(gateway.target());
                RawStream second = new RawStream(gateway.target())) {
            for (int id = 1; id <= requests; id++) {
                first.send(sound(id, random.nextInt(3_000)));
                second.send(sound(requests + id, random.nextInt(3_000)));
            }
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        log.answerOne(random);
                        return first.answers().size() + second.answers().size() == 2 * requests;
                    });

            // the log has an order of its own for each bucket
            Map<Object, List<Long>> ids = new HashMap<>();
            log.rows()
                    .forEach(row -> ids.computeIfAbsent(String.valueOf(row.get(0)), bucket -> new ArrayList<>())
                            .add(Long.parseLong(String.valueOf(row.get(2)))));
            assertThat(ids.values().stream().mapToInt(List::size).sum()).isEqualTo(2 * requests);
            ids.values().forEach(bucket -> {
                assertThat(bucket.stream().filter(id -> id <= requests)).isSorted();
                assertThat(bucket.stream().filter(id -> id > requests)).isSorted();
            });
        }
        assertNothingLeft();
    }

    @Test
    void givesBackWhatAClientThatIsGoneHeld() {
        log.hold();
        try (RawStream stream = new RawStream(gateway.target())) {
            for (int id = 1; id <= 50; id++) {
                stream.send(sound(id, REQUEST_BYTES));
            }
            Awaitility.await().until(() -> log.unansweredCount() > 4);
            stream.cancel();
        }
        log.release();
        try (RawStream next = new RawStream(gateway.target())) {
            next.send(sound(1, REQUEST_BYTES));
            next.halfClose();
            Awaitility.await().until(next::isOver);

            assertThat(next.answers())
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.hasAck()).isTrue());
        }
        assertNothingLeft();
    }

    @Test
    void takesAnUnreadableRequestForItsOwnBatchOnly() {
        byte[] notUtf8 = AppendRequest.newBuilder()
                .setTable("users")
                .setRequestId(2)
                .setBatch(Batch.newBuilder()
                        .setRows(RowBatch.newBuilder()
                                .addRows(Row.newBuilder()
                                        .addValues(Value.newBuilder().setText("abc")))))
                .build()
                .toByteArray();
        replace(notUtf8, "abc", new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
        try (RawStream stream = new RawStream(gateway.target())) {
            stream.send(sound(1, 10));
            stream.send(notUtf8);
            stream.send(nested(10_000));
            stream.send(new byte[] {1, 2, 3, 4});
            stream.send(sound(5, 10));
            stream.halfClose();
            Awaitility.await().until(stream::isOver);

            assertThat(stream.answers().stream().map(answer -> answer.getError().getCode()))
                    .containsExactly(
                            0,
                            ErrorCode.INVALID_UTF8.number(),
                            ErrorCode.MALFORMED_BATCH.number(),
                            ErrorCode.MALFORMED_BATCH.number(),
                            0);
            assertThat(stream.answers().get(1).getRequestId()).isEqualTo(2);
        }
        assertNothingLeft();
    }

    @Test
    void tellsVersionsThatFitFromThoseThatDoNot() {
        tables.evolve();
        try (RawStream stream = new RawStream(gateway.target())) {
            for (int version : new int[] {0, 2, 1, 3, -1}) {
                stream.send(AppendRequest.newBuilder()
                        .setTable("users")
                        .setSchemaVersion(version)
                        .setBatch(Batch.newBuilder()
                                .setRows(RowBatch.newBuilder()
                                        .addColumns("id")
                                        .addColumns("name")
                                        .addRows(row(1, "a"))))
                        .build()
                        .toByteArray());
            }
            stream.halfClose();
            Awaitility.await().until(stream::isOver);

            int mismatch = ErrorCode.SCHEMA_VERSION_MISMATCH.number();
            assertThat(stream.answers().stream().map(answer -> answer.getError().getCode()))
                    .containsExactly(0, 0, 0, mismatch, mismatch);
            assertThat(stream.answers().get(2).getAck().getSchemaVersion()).isEqualTo(2);
            assertThat(stream.answers().get(3).getError().getMessage()).contains("current one is 2");
        }
    }

    @Test
    void remembersTheTableOfTheRequestBefore() {
        try (RawStream stream = new RawStream(gateway.target())) {
            AppendRequest first = request(1, "a").toBuilder().clearTable().build();
            AppendRequest second = request(2, "b");
            AppendRequest third = request(3, "c").toBuilder().clearTable().build();
            stream.send(first.toByteArray());
            stream.send(second.toByteArray());
            stream.send(third.toByteArray());
            stream.halfClose();
            Awaitility.await().until(stream::isOver);

            assertThat(stream.answers().stream().map(AppendResponse::hasAck)).containsExactly(false, true, true);
        }
    }

    private void assertNothingLeft() {
        Awaitility.await().untilAsserted(() -> {
            GatewayCounters.Snapshot counts = gateway.gateway().counters();
            assertThat(counts.batchesStored() + counts.batchesRefused() + counts.batchesFailed())
                    .isEqualTo(counts.batchesReceived());
            assertThat(counts.rowsStored() + counts.rowsRefused() + counts.rowsFailed())
                    .isEqualTo(counts.rowsReceived());
        });
    }

    private static byte[] sound(int id, int bytes) {
        return request(id, "x".repeat(bytes)).toByteArray();
    }

    private static AppendRequest request(int id, String name) {
        return AppendRequest.newBuilder()
                .setTable("users")
                .setRequestId(id)
                .setBatch(Batch.newBuilder()
                        .setRows(RowBatch.newBuilder()
                                .addColumns("id")
                                .addColumns("name")
                                .addRows(row(id, name))))
                .build();
    }

    private static Row row(long id, String name) {
        return Row.newBuilder()
                .addValues(Value.newBuilder().setInteger(id))
                .addValues(Value.newBuilder().setText(name))
                .build();
    }

    private static byte[] wrong(int id) {
        return AppendRequest.newBuilder()
                .setTable("nothing")
                .setRequestId(id)
                .build()
                .toByteArray();
    }

    /** A value of lists within lists, written by hand: the builder would not go so deep. */
    private static byte[] nested(int depth) {
        byte[] inner = new byte[0];
        for (int i = 0; i < depth; i++) {
            inner = field(12, field(1, inner));
        }
        return field(2, field(1, field(2, field(1, inner))));
    }

    private static byte[] field(int number, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeBytes(number, ByteString.copyFrom(content));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void replace(byte[] message, String text, byte[] with) {
        int at = new String(message, StandardCharsets.ISO_8859_1).indexOf(text);
        System.arraycopy(with, 0, message, at, with.length);
    }
}
