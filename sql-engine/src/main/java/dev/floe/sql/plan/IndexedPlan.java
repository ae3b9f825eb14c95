package dev.floe.sql.plan;

import dev.floe.sql.engine.ResultColumn;
import java.util.List;
import org.apache.iceberg.types.Type;

/**
 * A statement with two plans, of which one looks rows up by secondary indexes; which one runs is chosen when it runs.
 *
 * <p>By then the parameters, the files and what the indexes have of the values are known.
 *
 * @param lookups the scans of {@code byIndex}, of which at least one is an index lookup
 * @param scans the scans of {@code byScan}
 */
public record IndexedPlan(QueryPlan byIndex, QueryPlan byScan, List<PlannedScan> lookups, List<PlannedScan> scans)
        implements QueryPlan {
    public IndexedPlan {
        lookups = List.copyOf(lookups);
        scans = List.copyOf(scans);
    }

    @Override
    public String sql() {
        return byScan.sql();
    }

    @Override
    public List<ResultColumn> columns() {
        return byScan.columns();
    }

    @Override
    public List<Type> parameterTypes() {
        return byScan.parameterTypes();
    }

    @Override
    public List<PlannedScan> allScans() {
        return scans;
    }
}
