package dev.floe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.ColumnarRows;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.log.LogToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a client sees it. */
class IngestGatewayTest {
    private final FakeTables tables = new FakeTables();
    private final MemoryLog log = new MemoryLog(64 << 10);
    private final TestGateway gateway = new TestGateway(tables, log, DiskWatermark.none(), TestGateway.SETTINGS);
    private final FloeClient client = gateway.client("writer");

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
    }

    @Test
    void storesRowsByBucketAndAcksThemWithAToken() {
        Ack ack = client.write(
                "users", rows(row(1L, "a", 1.5), row(2L, "b", null), row(1L, "c", 2.5)), Operation.DEFAULT);

        assertThat(ack.rowsStored()).isEqualTo(3);
        assertThat(ack.rowErrors()).isEmpty();
        assertThat(ack.schemaVersion()).isEqualTo(1);
        LogToken token = LogToken.decode(ack.token().bytes());
        assertThat(token.tableId()).isEqualTo(tables.get("users").id());
        assertThat(log.rows().stream().map(row -> row.get(0)).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(List.copyOf(token.offsets().keySet()));
        assertThat(namesOf(1L)).containsExactly("a", "c");
        assertThat(log.rows()).allSatisfy(row -> assertThat(row.get(1)).isEqualTo((int) RowOperation.UPSERT));
    }

    /** P1: what is acked is in the log. */
    @Test
    void acksNothingThatTheLogHasNotAnswered() {
        log.hold();
        try (TableWriter writer = client.writer("users")) {
            CompletableFuture<Ack> first = writer.append(rows(row(1L, "a", null)), Operation.UPSERT);
            CompletableFuture<Ack> second = writer.append(rows(row(2L, "b", null)), Operation.UPSERT);
            Awaitility.await().until(() -> log.unansweredCount() == 2);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
            log.release();
            assertThat(first.join().rowsStored()).isEqualTo(1);
            assertThat(second.join().rowsStored()).isEqualTo(1);
        }
    }

    @Test
    void spreadsBatchesOfAnAppendTableOverItsBuckets() {
        for (long i = 0; i < 8; i++) {
            client.write("events", rows(row(i, "n", null), row(i, "m", null)), Operation.DEFAULT);
        }

        assertThat(log.rows().stream().map(row -> row.get(0)).distinct()).hasSize(4);
        assertThat(log.entryCount()).isEqualTo(8);
    }

    @Test
    void storesGoodRowsAndNamesTheBad() {
        Ack ack = client.write(
                "users",
                rows(row(1L, "a", null), row(2L, null, null), row(3L, "c", "x"), row(4L, "d", null)),
                Operation.UPSERT);

        assertThat(ack.rowsStored()).isEqualTo(2);
        assertThat(ack.rowsRefused()).isEqualTo(2);
        assertThat(ack.rowErrors().stream().map(FloeException::row)).containsExactly(1L, 2L);
        assertThat(ack.rowErrors().get(0).code()).isEqualTo(ErrorCode.MISSING_VALUE);
        assertThat(ack.rowErrors().get(1).fieldPath()).isEqualTo("score");
        assertThat(log.rows()).hasSize(2);
        assertInvariants();
    }

    @Test
    void storesNothingOfABatchWithABadRowWhereTheTableSaysSo() {
        FloeException refusal =
                failure(() -> client.write("ledger", rows(row(1L, "a", null), row(2L, null, null)), Operation.UPSERT));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BATCH_REJECTED);
        assertThat(refusal.row()).isEqualTo(1);
        assertThat(refusal.fieldPath()).isEqualTo("name");
        assertThat(log.entryCount()).isZero();
        assertInvariants();
    }

    @Test
    void deletesByKeyAlone() {
        client.write("users", Batch.of(List.of("id"), List.<@Nullable Object[]>of(row(7L))), Operation.DELETE);

        assertThat(log.rows()).singleElement().satisfies(row -> {
            assertThat(row.get(1)).isEqualTo((int) RowOperation.DELETE);
            assertThat(row.get(2)).isEqualTo(7L);
        });
    }

    @Test
    void acksAnEmptyBatch() {
        Ack ack = client.write("users", rows(), Operation.UPSERT);

        assertThat(ack.rowsStored()).isZero();
        assertThat(LogToken.decode(ack.token().bytes()).offsets()).isEmpty();
        assertThat(log.entryCount()).isZero();
    }

    @Test
    void takesColumnsOfPrimitiveArrays() {
        ColumnarRows rows = ColumnarRows.builder(3)
                .longs("id", new long[] {1, 2, 3})
                .coded("name", List.of("red", "green"), new int[] {1, 0, 1})
                .doubles("score", new double[] {1, Double.NaN, 3})
                .build();

        client.write("events", rows, Operation.APPEND);

        assertThat(log.rows().stream().map(row -> row.get(3))).containsExactly("green", "red", "green");
        assertThat(log.rows().get(1).get(4)).isEqualTo(Double.NaN);
    }

    @Test
    void cutsLargeBatchesIntoEntriesBelowTheLimit() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (long i = 0; i < 100; i++) {
            rows.add(row(i, Long.toString(i).repeat(2_000), null));
        }
        rows.add(row(100L, "x".repeat(100_000), null));

        Ack ack = client.write("users", Batch.of(List.of(), rows), Operation.UPSERT);

        assertThat(ack.rowsStored()).isEqualTo(100);
        assertThat(ack.rowErrors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.VALUE_OUT_OF_RANGE);
            assertThat(error.row()).isEqualTo(100);
        });
        assertThat(log.entryCount()).isGreaterThan(4);
        assertThat(log.rows()).hasSize(100);
    }

    @Test
    void hidesTablesOfOtherTenants() {
        try (FloeClient other = gateway.client("other")) {
            FloeException theirs = failure(() -> other.write("users", rows(), Operation.UPSERT));
            FloeException none = failure(() -> other.write("nothing", rows(), Operation.UPSERT));

            assertThat(theirs.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
            assertThat(theirs.message().replace("users", "nothing")).isEqualTo(none.message());
        }
    }

    @Test
    void letsNobodyInWithoutTheRole() {
        try (FloeClient reader = gateway.client("reader");
                FloeClient nobody = gateway.client("");
                TableWriter stream = reader.writer("users")) {
            assertThat(failure(() -> reader.write("users", rows(), Operation.UPSERT))
                            .code())
                    .isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure(() -> nobody.write("users", rows(), Operation.UPSERT))
                            .code())
                    .isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(failure(() -> stream.append(rows()).join()).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
    }

    @Test
    void goesOnAfterABatchThatItRefused() {
        try (TableWriter writer = client.writer("users")) {
            CompletableFuture<Ack> first = writer.append(rows(row(1L, "a", null)));
            CompletableFuture<Ack> wrong = writer.append(Batch.of(List.of("nmae"), List.of()));
            CompletableFuture<Ack> last = writer.append(rows(row(2L, "b", null)));

            assertThat(first.join().rowsStored()).isEqualTo(1);
            assertThat(failure(wrong::join).code()).isEqualTo(ErrorCode.UNKNOWN_COLUMN);
            assertThat(last.join().rowsStored()).isEqualTo(1);
        }
        assertInvariants();
    }

    @Test
    void passesOnWhetherALogThatFailedMayHaveStored() {
        log.failWith(new FloeException(ErrorCode.LOG_UNAVAILABLE, "down").retryAfter(250));
        FloeException down = failure(() -> client.write("users", rows(row(1L, "a", null)), Operation.UPSERT));
        log.failWith(new FloeException(ErrorCode.OUTCOME_UNKNOWN, "timed out"));
        FloeException unknown = failure(() -> client.write("users", rows(row(1L, "a", null)), Operation.UPSERT));

        assertThat(down.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
        assertThat(down.retryAfterMillis()).isEqualTo(250);
        assertThat(unknown.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertInvariants();
    }

    @Test
    void givesBackWhatABatchHeldThatMetABug() {
        // two of them are more than the gateway handles at once
        Batch large = rows(row(1L, "x".repeat(3 << 20), null));
        tables.breakDown(true);
        assertThat(failure(() -> client.write("users", large, Operation.UPSERT)).code())
                .isEqualTo(ErrorCode.DEFECT);
        tables.breakDown(false);

        assertThat(CompletableFuture.supplyAsync(() -> client.write("users", large, Operation.UPSERT)))
                .succeedsWithin(Duration.ofSeconds(20));
        assertInvariants();
    }

    @Test
    void refusesBeforeTheDiskIsFull(@TempDir Path folder) {
        try (TestGateway full =
                        new TestGateway(tables, log, DiskWatermark.of(folder, Long.MAX_VALUE), TestGateway.SETTINGS);
                FloeClient writer = full.client("writer")) {
            FloeException refusal = failure(() -> writer.write("users", rows(row(1L, "a", null)), Operation.UPSERT));

            assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_FULL);
            assertThat(refusal.retryAfterMillis()).isPositive();
            assertThat(full.gateway().health().healthy()).isFalse();
            assertThat(log.entryCount()).isZero();
        }
    }

    @Test
    void answersWhatItHasWhenItDrains() {
        log.hold();
        TableWriter writer = client.writer("users", WriterSettings.defaults().withResendMax(0));
        CompletableFuture<Ack> inFlight = writer.append(rows(row(1L, "a", null)));
        Awaitility.await().until(() -> log.unansweredCount() == 1);

        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> gateway.gateway().drain(Duration.ofSeconds(20)));
        Awaitility.await().until(() -> !gateway.gateway().health().healthy());
        FloeException late = failure(() -> client.write("users", rows(row(2L, "b", null)), Operation.UPSERT));
        log.release();

        assertThat(inFlight.join().rowsStored()).isEqualTo(1);
        assertThat(drained.join()).isTrue();
        assertThat(late.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        Awaitility.await()
                .until(() ->
                        failure(() -> writer.append(rows(row(3L, "c", null))).join())
                                        .code()
                                == ErrorCode.SHUTTING_DOWN);
        assertThat(log.rows()).hasSize(1);
    }

    @Test
    void readsOlderVersionsAndRefusesUnknownOnes() {
        tables.evolve();

        assertThat(client.write("users", rows(row(1L, "a", 1.0)), Operation.UPSERT)
                        .schemaVersion())
                .isEqualTo(2);
    }

    private List<@Nullable Object> namesOf(long id) {
        return log.rows().stream()
                .filter(row -> Long.valueOf(id).equals(row.get(2)))
                .map(row -> row.get(3))
                .toList();
    }

    private void assertInvariants() {
        GatewayCounters.Snapshot counts = gateway.gateway().counters();
        assertThat(counts.batchesStored() + counts.batchesRefused() + counts.batchesFailed())
                .isEqualTo(counts.batchesReceived());
        assertThat(counts.rowsStored() + counts.rowsRefused() + counts.rowsRepeated() + counts.rowsFailed())
                .isEqualTo(counts.rowsReceived());
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    private static Batch rows(@Nullable Object[]... rows) {
        return Batch.of(List.of(), Arrays.asList(rows));
    }

    private static FloeException failure(Runnable call) {
        return catchThrowableOfType(FloeException.class, () -> {
            try {
                call.run();
            } catch (CompletionException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        });
    }
}
