package dev.floe.sql.plan;

import dev.floe.sql.scan.ColumnStatistics;
import dev.floe.sql.scan.TableStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.metadata.BuiltInMetadata;
import org.apache.calcite.rel.metadata.RelMdUtil;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** What Calcite asks of a scan's rows, answered from its table's statistics. */
final class ScanEstimates {
    private ScanEstimates() {}

    /** The handler of a kind that Calcite asks a table for; null where it is another kind. */
    static @Nullable Object handler(Class<?> kind, FloeTable table) {
        if (kind == BuiltInMetadata.Selectivity.Handler.class) {
            return (BuiltInMetadata.Selectivity.Handler)
                    (scan, metadata, predicate) -> selectivity((FloeScan) scan, table.statistics(), predicate);
        }
        if (kind == BuiltInMetadata.DistinctRowCount.Handler.class) {
            return (BuiltInMetadata.DistinctRowCount.Handler) (scan, metadata, columns, predicate) ->
                    distinct((FloeScan) scan, table.statistics(), metadata, new Wanted(columns, predicate));
        }
        return null;
    }

    private record Wanted(ImmutableBitSet columns, @Nullable RexNode predicate) {}

    /** The part of the rows that a predicate leaves. */
    private static double selectivity(
            FloeScan scan, @Nullable TableStatistics statistics, @Nullable RexNode predicate) {
        return statistics == null
                ? RelMdUtil.guessSelectivity(predicate)
                : new Conjunction(scan, statistics).of(predicate);
    }

    /** Different values of columns; null where that of one is not known. */
    private static @Nullable Double distinct(
            FloeScan scan, @Nullable TableStatistics statistics, RelMetadataQuery metadata, Wanted wanted) {
        double rows = metadata.getRowCount(scan) * selectivity(scan, statistics, wanted.predicate);
        if (Boolean.TRUE.equals(metadata.areColumnsUnique(scan, wanted.columns))) {
            return rows;
        }
        if (statistics == null) {
            return null;
        }
        double all = 1;
        for (int column : wanted.columns) {
            double values = statistics.of(scan.fieldIds().get(column)).distinct();
            if (Double.isNaN(values)) {
                return null;
            }
            all *= Math.max(1, values);
        }
        return Math.max(1, Math.min(all, rows));
    }

    /** Conditions that hold together; those on one column's range are one range. */
    private static final class Conjunction {
        private final FloeScan scan;
        private final TableStatistics statistics;
        private final Predicates literals;
        /** Least and greatest value wanted of a column. */
        private final Map<Integer, double[]> ranges = new HashMap<>();

        Conjunction(FloeScan scan, TableStatistics statistics) {
            this.scan = scan;
            this.statistics = statistics;
            this.literals = new Predicates(scan, List.of());
        }

        double of(@Nullable RexNode predicate) {
            double part = 1;
            List<RexNode> conditions = new ArrayList<>();
            for (RexNode each : RelOptUtil.conjunctions(predicate)) {
                conditions.addAll(RelOptUtil.conjunctions(
                        RexUtil.expandSearch(scan.getCluster().getRexBuilder(), null, each)));
            }
            for (RexNode condition : conditions) {
                part *= each(condition);
            }
            for (Map.Entry<Integer, double[]> range : ranges.entrySet()) {
                part *= within(statistics.of(range.getKey()), range.getValue());
            }
            return Math.min(1, Math.max(0, part));
        }

        private double each(RexNode condition) {
            return switch (condition.getKind()) {
                case OR -> {
                    double none = 1;
                    for (RexNode part : ((RexCall) condition).getOperands()) {
                        none *= 1 - new Conjunction(scan, statistics).of(part);
                    }
                    yield 1 - none;
                }
                case IS_NULL, IS_NOT_NULL -> {
                    RexNode operand = ((RexCall) condition).getOperands().get(0);
                    if (!(operand instanceof RexInputRef column)) {
                        yield RelMdUtil.guessSelectivity(condition);
                    }
                    double nulls = statistics
                            .of(scan.fieldIds().get(column.getIndex()))
                            .nulls();
                    yield condition.isA(SqlKind.IS_NULL) ? nulls : 1 - nulls;
                }
                case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                    comparison((RexCall) condition);
                default -> RelMdUtil.guessSelectivity(condition); // over Calcite's enum of hundreds of kinds
            };
        }

        private double comparison(RexCall call) {
            boolean turned = !(call.getOperands().get(0) instanceof RexInputRef);
            RexNode left = call.getOperands().get(turned ? 1 : 0);
            if (!(left instanceof RexInputRef column)
                    || !(call.getOperands().get(turned ? 0 : 1) instanceof RexLiteral)) {
                return RelMdUtil.guessSelectivity(call);
            }
            int fieldId = scan.fieldIds().get(column.getIndex());
            Type type = scan.definition().schema().findType(fieldId);
            ColumnStatistics known = statistics.of(fieldId);
            Object literal = literals.value(call.getOperands().get(turned ? 0 : 1), type);
            double value = literal instanceof Number number ? number.doubleValue() : Double.NaN;
            if (call.isA(SqlKind.EQUALS)) {
                return equality(known, value, call);
            }
            if (Double.isNaN(value) || !known.hasRange()) {
                return RelMdUtil.guessSelectivity(call);
            }
            double[] range = ranges.computeIfAbsent(
                    fieldId, id -> new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY});
            boolean below = call.isA(SqlKind.LESS_THAN) || call.isA(SqlKind.LESS_THAN_OR_EQUAL);
            if (below != turned) {
                range[1] = Math.min(range[1], value);
            } else {
                range[0] = Math.max(range[0], value);
            }
            return 1;
        }

        private double equality(ColumnStatistics known, double value, RexNode condition) {
            if (known.hasRange() && (value < known.min() || value > known.max())) {
                return 0;
            }
            return Double.isNaN(known.distinct())
                    ? RelMdUtil.guessSelectivity(condition)
                    : (1 - known.nulls()) / Math.max(1, known.distinct());
        }

        /** Values are taken to be spread evenly. */
        private static double within(ColumnStatistics known, double[] range) {
            double least = Math.max(known.min(), range[0]);
            double most = Math.min(known.max(), range[1]);
            if (least > most) {
                return 0;
            }
            double width = known.max() - known.min();
            return (1 - known.nulls()) * (width == 0 ? 1 : (most - least) / width);
        }
    }
}
