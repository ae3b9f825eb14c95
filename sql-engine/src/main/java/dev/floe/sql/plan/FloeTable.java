package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.scan.TableStatistics;
import java.util.List;
import java.util.function.Consumer;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Statistic;
import org.apache.calcite.schema.Statistics;
import org.apache.calcite.schema.TemporalTable;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A table of the catalog as Calcite sees it: one whose past can be asked for. */
final class FloeTable extends AbstractTable implements TranslatableTable, TemporalTable {
    private static final double ROWS_ASSUMED = 1_000_000;

    private final TableDefinition definition;
    private final Consumer<TableDefinition> named;
    private final KnownStatistics known;

    /** {@code named} is told of the table when a statement names it. */
    FloeTable(TableDefinition definition, Consumer<TableDefinition> named, KnownStatistics known) {
        this.definition = definition;
        this.named = named;
        this.known = known;
    }

    TableDefinition definition() {
        return definition;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        named.accept(definition);
        return FloeTypes.rowType(factory, definition.schema());
    }

    /** Null where nobody wants them, or nothing is known. */
    @Nullable
    TableStatistics statistics() {
        return known.of(definition);
    }

    @Override
    public <C> @Nullable C unwrap(Class<C> kind) {
        Object handler = ScanEstimates.handler(kind, this);
        return handler == null ? super.unwrap(kind) : kind.cast(handler);
    }

    @Override
    public Statistic getStatistic() {
        TableStatistics statistics = statistics();
        double rows = statistics == null ? ROWS_ASSUMED : Math.max(1, statistics.rows());
        if (definition.key().isEmpty()) {
            return Statistics.of(rows, List.of());
        }
        List<Types.NestedField> columns = definition.schema().columns();
        ImmutableBitSet.Builder key = ImmutableBitSet.builder();
        for (int i = 0; i < columns.size(); i++) {
            if (definition.keyFieldIds().contains(columns.get(i).fieldId())) {
                key.set(i);
            }
        }
        return Statistics.of(rows, List.of(key.build()));
    }

    /** Of no column: Calcite asks for the name, and nobody for the column. */
    @Override
    public String getSysStartFieldName() {
        return "SYSTEM_START";
    }

    @Override
    public String getSysEndFieldName() {
        return "SYSTEM_END";
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        List<Integer> fieldIds = definition.schema().columns().stream()
                .map(Types.NestedField::fieldId)
                .toList();
        return new FloeScan(context.getCluster(), table, definition, FloeScan.Wanted.all(table.getRowType(), fieldIds));
    }
}
