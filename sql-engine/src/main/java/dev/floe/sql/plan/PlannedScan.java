package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** What a plan wants of one table. */
public final class PlannedScan {
    private final FloeScan scan;

    PlannedScan(FloeScan scan) {
        this.scan = scan;
    }

    public TableDefinition definition() {
        return scan.definition();
    }

    /** Ids of the columns wanted, in their order. */
    public List<Integer> fieldIds() {
        return scan.fieldIds();
    }

    /** Rows after which nobody reads on, or -1. */
    public long limit() {
        return scan.limit();
    }

    /** Holds wherever the scan's rows are wanted; for pruning. */
    public Expression pruning(List<@Nullable Object> parameters) {
        return new Predicates(scan, parameters).pruning();
    }

    /** The only key that can be found, in the key's order; empty where there may be several. */
    public Optional<List<Object>> onlyKey(List<@Nullable Object> parameters) {
        Predicates predicates = new Predicates(scan, parameters);
        List<Object> key = new ArrayList<>();
        for (int fieldId : definition().keyFieldIds()) {
            Optional<Object> value = predicates.onlyValue(fieldId);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            key.add(value.get());
        }
        return key.isEmpty() ? Optional.empty() : Optional.of(key);
    }
}
