package dev.floe.benchmarks;

import dev.floe.client.ColumnarRows;
import dev.floe.client.TableSpec;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Rows of workload E, all made at once. */
final class EventRows implements SampleRows {
    private static final long SEED = 42;

    private final WorkloadE.Rows rows;

    EventRows(int count) {
        rows = new WorkloadE(SEED).next(count);
    }

    @Override
    public TableSpec table(String name) {
        return WorkloadE.table(name, false);
    }

    @Override
    public int count() {
        return rows.count;
    }

    @Override
    public ColumnarRows range(int from, int to) {
        WorkloadE.Rows part = new WorkloadE.Rows(to - from);
        System.arraycopy(rows.tenant, from, part.tenant, 0, to - from);
        System.arraycopy(rows.entityId, from, part.entityId, 0, to - from);
        System.arraycopy(rows.ts, from, part.ts, 0, to - from);
        System.arraycopy(rows.eventType, from, part.eventType, 0, to - from);
        System.arraycopy(rows.country, from, part.country, 0, to - from);
        System.arraycopy(rows.amount, from, part.amount, 0, to - from);
        System.arraycopy(rows.quantity, from, part.quantity, 0, to - from);
        System.arraycopy(rows.payload, from, part.payload, 0, to - from);
        return part.columnar();
    }

    @Override
    public Object[] values(int row) {
        return new Object[] {
            WorkloadE.TENANTS.get(rows.tenant[row]),
            rows.entityId[row],
            LocalDateTime.ofEpochSecond(
                    Math.floorDiv(rows.ts[row], 1_000_000L),
                    (int) Math.floorMod(rows.ts[row], 1_000_000L) * 1_000,
                    ZoneOffset.UTC),
            WorkloadE.EVENT_TYPES.get(rows.eventType[row]),
            WorkloadE.COUNTRIES.get(rows.country[row]),
            rows.amount[row],
            rows.quantity[row],
            rows.payload[row]
        };
    }
}
