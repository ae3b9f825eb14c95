package dev.floe.gateway.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TenantName;
import dev.floe.gateway.FakeTables;
import dev.floe.gateway.GatewayCounters;
import dev.floe.gateway.MemoryLog;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.ConvertLimits;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class LocalWriterTest {
    private static final Principal WRITER = new Principal(TenantName.DEFAULT, "w", Set.of(Role.WRITER));

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

    private static ColumnBatch ids(Long... ids) {
        return new ColumnBatch(
                ids.length,
                List.of(1),
                List.of(VectorBuilder.of(Types.LongType.get(), List.of(ids))),
                new byte[ids.length]);
    }
}
