package dev.floe.sql.engine;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.Map;

/**
 * What an engine did until now, by table and by tenant: for operators, never for tenants.
 *
 * @param reads of tables that still exist
 * @param results what became of results that could be kept
 * @param resultBytes heap that each tenant's kept results take, of tenants that have some
 */
public record EngineSums(
        NamedCounts.Sums<TableName, ReadCount> reads,
        NamedCounts.Sums<TenantName, ResultCount> results,
        Map<TenantName, Long> resultBytes) {
    public static final EngineSums NONE = new EngineSums(NamedCounts.Sums.none(), NamedCounts.Sums.none(), Map.of());

    public EngineSums {
        resultBytes = Map.copyOf(resultBytes);
    }
}
