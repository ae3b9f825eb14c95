package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableIndex;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rex.RexNode;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** What a plan wants of one table. */
public final class PlannedScan {
    private final FloeScan scan;

    /**
     * An index and the values of its columns to look up.
     *
     * @param values a batch of the columns; rows with a null are left out, as nothing equals it
     */
    public record IndexedValues(TableIndex index, ColumnBatch values) {}

    PlannedScan(FloeScan scan) {
        this.scan = scan;
    }

    public TableDefinition definition() {
        return scan.definition();
    }

    /** When the table is read, or null for the cut of the whole statement. */
    public @Nullable ScanInstant instant() {
        return scan.instant();
    }

    /** True where neither keys nor an index say which rows are wanted. */
    public boolean isWhole() {
        return scan.isWhole();
    }

    /** True where the scan is a lookup by a secondary index. */
    public boolean isIndexed() {
        return !scan.indexes().isEmpty();
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

    /**
     * The only keys whose rows the scan has, as a batch of the key's columns; empty where it has all rows.
     *
     * <p>A key with a null in it is left out, as no row has it.
     */
    public Optional<ColumnBatch> keys(List<@Nullable Object> parameters) {
        ScanKeys keys = scan.keys();
        if (keys == null) {
            return Optional.empty();
        }
        return Optional.of(batch(definition().keyFieldIds(), keys.tuples(), parameters));
    }

    private ColumnBatch batch(List<Integer> ids, List<List<RexNode>> tuples, List<@Nullable Object> parameters) {
        Predicates predicates = new Predicates(scan, parameters);
        List<Type> types = ids.stream().map(definition().schema()::findType).toList();
        List<VectorBuilder> columns = types.stream()
                .map(type -> VectorBuilder.of(type, tuples.size()))
                .toList();
        int count = 0;
        for (List<RexNode> tuple : tuples) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < tuple.size(); i++) {
                values.add(predicates.value(tuple.get(i), types.get(i)));
            }
            if (!values.contains(null)) {
                for (int i = 0; i < values.size(); i++) {
                    columns.get(i).append(values.get(i));
                }
                count++;
            }
        }
        List<Vector> vectors = columns.stream().map(VectorBuilder::build).toList();
        return new ColumnBatch(count, ids, vectors, new byte[count]);
    }

    /** What to look up in which index, where the scan is a lookup by one of them; else empty. */
    public List<IndexedValues> indexed(List<@Nullable Object> parameters) {
        return scan.indexes().stream()
                .map(candidate -> new IndexedValues(
                        candidate.index(), batch(candidate.index().fields().ids(), candidate.tuples(), parameters)))
                .toList();
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
