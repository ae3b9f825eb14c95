package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mappings;
import org.jspecify.annotations.Nullable;

/**
 * Pushes columns, predicates and limits into scans.
 *
 * <p>A filter stays above its scan: what is pushed only leaves out files and row groups. A limit is pushed only where
 * nothing between it and the scan drops or adds rows.
 */
final class ScanPushdown {
    private ScanPushdown() {}

    static RelNode push(RelNode node) {
        List<RelNode> inputs = node.getInputs().stream().map(ScanPushdown::push).toList();
        if (node instanceof Filter filter && inputs.get(0) instanceof FloeScan scan) {
            List<RexNode> predicates = new ArrayList<>(scan.predicates());
            predicates.addAll(RelOptUtil.conjunctions(filter.getCondition()));
            return filter.copy(filter.getTraitSet(), List.of(scan.withPredicates(predicates)));
        }
        if (node instanceof Project project) {
            RelNode pushed = pushColumns(project, inputs.get(0));
            if (pushed != null) {
                return pushed;
            }
        }
        if (node instanceof LogicalAggregate aggregate) {
            RelNode pushed = pushColumns(aggregate, inputs.get(0));
            if (pushed != null) {
                return pushed;
            }
        }
        if (node instanceof Sort sort
                && sort.getCollation().getFieldCollations().isEmpty()) {
            return sort.copy(sort.getTraitSet(), List.of(limited(inputs.get(0), rows(sort))));
        }
        return inputs.isEmpty() ? node : node.copy(node.getTraitSet(), inputs);
    }

    private static @Nullable RelNode pushColumns(Project project, RelNode input) {
        if (input instanceof FloeScan scan && scan.predicates().isEmpty()) {
            ImmutableBitSet used = RelOptUtil.InputFinder.bits(project.getProjects(), null);
            return isWhole(used, scan) ? null : projected(project, scan, used);
        }
        if (input instanceof Filter filter && filter.getInput() instanceof FloeScan scan) {
            ImmutableBitSet used = RelOptUtil.InputFinder.bits(project.getProjects(), filter.getCondition());
            if (isWhole(used, scan)) {
                return null;
            }
            List<Integer> kept = kept(used, scan);
            RexShuttle moved = new Renumber(kept);
            FloeScan narrow = narrow(scan, kept).withPredicates(moved.visitList(scan.predicates()));
            RelNode filtered =
                    LogicalFilter.create(narrow, filter.getCondition().accept(moved));
            return LogicalProject.create(
                    filtered,
                    project.getHints(),
                    moved.visitList(project.getProjects()),
                    project.getRowType().getFieldNames(),
                    project.getVariablesSet());
        }
        return null;
    }

    /** Of an aggregate over a scan, or over a filter of one. */
    private static @Nullable RelNode pushColumns(LogicalAggregate aggregate, RelNode input) {
        Filter filter = input instanceof Filter some ? some : null;
        if (!((filter == null ? input : filter.getInput()) instanceof FloeScan scan)) {
            return null;
        }
        List<RexNode> conditions = filter == null ? List.of() : List.of(filter.getCondition());
        ImmutableBitSet used = ImmutableBitSet.of(RelOptUtil.getAllFields(aggregate))
                .union(RelOptUtil.InputFinder.bits(conditions, null));
        if (isWhole(used, scan)) {
            return null;
        }
        List<Integer> kept = kept(used, scan);
        Renumber moved = new Renumber(kept);
        RelNode narrow = narrow(scan, kept).withPredicates(moved.visitList(scan.predicates()));
        Mappings.TargetMapping mapping =
                Mappings.target(moved.places, scan.getRowType().getFieldCount(), kept.size());
        return LogicalAggregate.create(
                filter == null
                        ? narrow
                        : LogicalFilter.create(narrow, filter.getCondition().accept(moved)),
                aggregate.getHints(),
                aggregate.getGroupSet().permute(moved.places),
                aggregate.getGroupSets().stream()
                        .map(set -> set.permute(moved.places))
                        .toList(),
                aggregate.getAggCallList().stream()
                        .map(call -> call.transform(mapping))
                        .toList());
    }

    private static RelNode projected(Project project, FloeScan scan, ImmutableBitSet used) {
        List<Integer> kept = kept(used, scan);
        return LogicalProject.create(
                narrow(scan, kept),
                project.getHints(),
                new Renumber(kept).visitList(project.getProjects()),
                project.getRowType().getFieldNames(),
                project.getVariablesSet());
    }

    private static boolean isWhole(ImmutableBitSet used, FloeScan scan) {
        return used.cardinality() == scan.getRowType().getFieldCount();
    }

    /** The columns used; the cheapest one where none is, since a row has to have a column. */
    private static List<Integer> kept(ImmutableBitSet used, FloeScan scan) {
        return used.isEmpty() ? List.of(cheapest(scan)) : used.asList();
    }

    private static int cheapest(FloeScan scan) {
        List<RelDataTypeField> fields = scan.getRowType().getFieldList();
        return IntStream.range(0, fields.size())
                .boxed()
                .min(Comparator.comparingInt(i -> width(fields.get(i).getType().getSqlTypeName())))
                .orElse(0);
    }

    /** About how many bytes a value has. */
    private static int width(SqlTypeName type) {
        return switch (type) {
            case BOOLEAN -> 1;
            case INTEGER, DATE, REAL -> Integer.BYTES;
            case BIGINT, DOUBLE, FLOAT, TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Long.BYTES;
            default -> 2 * Long.BYTES;
        };
    }

    private static FloeScan narrow(FloeScan scan, List<Integer> kept) {
        RelDataTypeFactory.Builder row = scan.getCluster().getTypeFactory().builder();
        kept.forEach(index -> row.add(scan.getRowType().getFieldList().get(index)));
        return scan.withColumns(
                row.build(), kept.stream().map(scan.fieldIds()::get).toList());
    }

    private static RelNode limited(RelNode node, long rows) {
        if (rows < 0) {
            return node;
        }
        if (node instanceof FloeScan scan) {
            return scan.withLimit(rows);
        }
        if (node instanceof Project project && !project.containsOver()) {
            return project.copy(project.getTraitSet(), List.of(limited(project.getInput(), rows)));
        }
        return node;
    }

    private static long rows(Sort sort) {
        if (!(sort.fetch instanceof RexLiteral fetch)
                || (sort.offset != null && !(sort.offset instanceof RexLiteral))) {
            return -1;
        }
        long offset = sort.offset == null ? 0 : RexLiteral.intValue(sort.offset);
        return offset + RexLiteral.intValue(fetch);
    }

    /** Input references after the columns before them were left out. */
    private static final class Renumber extends RexShuttle {
        private final Map<Integer, Integer> places = new HashMap<>();

        Renumber(List<Integer> kept) {
            for (int i = 0; i < kept.size(); i++) {
                places.put(kept.get(i), i);
            }
        }

        @Override
        public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(places.getOrDefault(ref.getIndex(), -1), ref.getType());
        }
    }
}
