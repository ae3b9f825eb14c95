package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.ResultColumn;
import java.util.List;
import java.util.Map;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.runtime.Bindable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A statement ready to run: generated code and the scans it asks for, by number.
 *
 * <p>For EXPLAIN there is no code but {@code explanation}.
 */
public record StatementPlan(
        String sql,
        List<ResultColumn> columns,
        List<Type> parameterTypes,
        List<PlannedScan> scans,
        @Nullable Bindable<?> code,
        Map<String, Object> stashed,
        JavaTypeFactory types,
        @Nullable String explanation)
        implements QueryPlan {
    public StatementPlan {
        columns = List.copyOf(columns);
        parameterTypes = List.copyOf(parameterTypes);
        scans = List.copyOf(scans);
    }

    @Override
    public List<TableDefinition> tables() {
        return scans.stream().map(PlannedScan::definition).toList();
    }

    static StatementPlan explained(String sql, String plan, List<Type> parameterTypes, JavaTypeFactory types) {
        ResultColumn column = new ResultColumn("PLAN", Types.StringType.get(), false);
        return new StatementPlan(sql, List.of(column), parameterTypes, List.of(), null, Map.of(), types, plan);
    }
}
