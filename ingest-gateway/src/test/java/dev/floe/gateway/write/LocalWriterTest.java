package dev.floe.gateway.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.name.TenantName;
import dev.floe.gateway.FakeTables;
import dev.floe.gateway.GatewayCounters;
import dev.floe.gateway.MemoryLog;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.ConvertLimits;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.VectorBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class LocalWriterTest {
    private static final Principal WRITER = new Principal(TenantName.DEFAULT, "w", Set.of(Role.WRITER));

    private static final int LOG_ENTRY_BYTES_MAX = 1 << 16;

    private final FakeTables tables = new FakeTables();
    private final GatewayCounters counters = new GatewayCounters();
    private final ByteBudget budget = new ByteBudget(1 << 20, Runnable::run);

    @Test
    void givesBackWhatABatchHeldThatMetABug() {
        MemoryLog log = new MemoryLog(1 << 20);
        TableDefinition users = tables.get("users");
        tables.breakDown(true);
        try (Coalescer coalescer = new Coalescer(log, CoalesceSettings.OFF, counters)) {
            BatchConverter converter = new BatchConverter(new ConvertLimits(1_000, 1 << 20, 100, 16));
            BatchWriter writer = new BatchWriter(tables, converter, 1 << 20, coalescer, DiskWatermark.none(), counters);

            CompletableFuture<Stored> answer = new LocalWriter(writer, budget).write(WRITER, users, ids(1L, 2L));

            assertThat(answer).isCompletedExceptionally();
            assertThat(budget.usedBytes()).isZero();
            assertThat(counters.snapshot().batchesRefused()).isEqualTo(1);
        }
    }

    /** Rows of a bucket keep the dictionary of their batch, and with it a value that none of them has. */
    @Test
    void refusesOnlyTheRowThatIsTooLargeWhereValuesRepeat() {
        int rows = 100;
        int large = 50;
        MemoryLog log = new MemoryLog(LOG_ENTRY_BYTES_MAX);
        TableDefinition users = tables.get("users");
        CoalesceSettings shared = new CoalesceSettings(Duration.ofMillis(1), 1_000);
        try (Coalescer coalescer = new Coalescer(log, shared, counters)) {
            BatchConverter converter = new BatchConverter(new ConvertLimits(1_000, 1 << 20, 100, 16));
            BatchWriter writer =
                    new BatchWriter(tables, converter, log.entryBytesMax(), coalescer, DiskWatermark.none(), counters);

            CompletableFuture<Stored> answer =
                    new LocalWriter(writer, budget).write(WRITER, users, namedTwice(rows, large));

            assertThat(answer)
                    .succeedsWithin(Duration.ofSeconds(30))
                    .satisfies(stored -> assertThat(stored.rowsStored()).isEqualTo(rows - 1))
                    .satisfies(stored -> assertThat(stored.rowErrors())
                            .singleElement()
                            .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.VALUE_OUT_OF_RANGE))
                            .satisfies(error -> assertThat(error.row()).isEqualTo(large)));
            assertThat(log.rows())
                    .hasSize(rows - 1)
                    .allSatisfy(row -> assertThat(row.get(3)).isEqualTo("short"));
        }
    }

    /** Ids from 0, all rows of the same short name but one, whose name alone fits no entry. */
    private static ColumnBatch namedTwice(int rows, int large) {
        byte[] data = ("short" + "x".repeat(LOG_ENTRY_BYTES_MAX)).getBytes(StandardCharsets.UTF_8);
        int[] codes = new int[rows];
        codes[large] = 1;
        BytesVector names = BytesVector.dictionary(new int[] {0, 5, data.length}, data, 2, codes, rows, Validity.all());
        LongVector ids = new LongVector(LongStream.range(0, rows).toArray(), rows, Validity.all());
        byte[] operations = new byte[rows];
        Arrays.fill(operations, RowOperation.UPSERT);
        return new ColumnBatch(rows, List.of(1, 2), List.of(ids, names), operations);
    }

    private static ColumnBatch ids(Long... ids) {
        return new ColumnBatch(
                ids.length,
                List.of(1),
                List.of(VectorBuilder.of(Types.LongType.get(), List.of(ids))),
                new byte[ids.length]);
    }
}
