package dev.floe.sql.plan;

import dev.floe.sql.engine.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A statement that reads rows of one table by their keys, and needs no generated code.
 *
 * @param conditions all of which a row has to fulfil
 * @param outputs of each row, one for each of {@code columns}
 * @param offset rows to leave out first; {@code fetch} is the number of rows after that, -1 for all
 */
public record LookupPlan(
        String sql,
        List<ResultColumn> columns,
        List<Type> parameterTypes,
        PlannedScan scan,
        List<RowExpression> conditions,
        List<Output> outputs,
        long offset,
        long fetch)
        implements QueryPlan {
    /** What a column of the result is made of; {@code input} is a column of the scan, -1 for something computed. */
    public record Output(int input, RowExpression value) {}

    public LookupPlan {
        columns = List.copyOf(columns);
        parameterTypes = List.copyOf(parameterTypes);
        conditions = List.copyOf(conditions);
        outputs = List.copyOf(outputs);
    }

    /** The plan, or null where {@code node} is more than a lookup; {@code columns} are those of the result. */
    static @Nullable LookupPlan of(String sql, RelNode node, List<ResultColumn> columns, List<Type> parameterTypes) {
        Sort sort = node instanceof Sort limit ? limit : null;
        RelNode rest = sort == null ? node : sort.getInput();
        LogicalProject project = rest instanceof LogicalProject some ? some : null;
        rest = project == null ? rest : project.getInput();
        LogicalFilter filter = rest instanceof LogicalFilter some ? some : null;
        rest = filter == null ? rest : filter.getInput();
        if (!(rest instanceof FloeScan scan) || scan.isWhole() || !isLimit(sort)) {
            return null;
        }
        RowExpressions expressions = new RowExpressions(scan.getCluster().getRexBuilder());
        List<RexNode> nodes = project == null ? references(scan) : project.getProjects();
        List<RowExpression> values = expressions.all(nodes);
        List<RowExpression> conditions = expressions.all(filter == null ? List.of() : List.of(filter.getCondition()));
        if (values == null || conditions == null) {
            return null;
        }
        List<Output> outputs = new ArrayList<>();
        List<ResultColumn> typed = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            int input = nodes.get(i) instanceof RexInputRef ref ? ref.getIndex() : -1;
            outputs.add(new Output(input, values.get(i)));
            typed.add(input < 0 ? columns.get(i) : typed(columns.get(i), scan, input));
        }
        return new LookupPlan(
                sql,
                typed,
                parameterTypes,
                new PlannedScan(scan),
                conditions,
                outputs,
                sort == null || sort.offset == null ? 0 : RexLiteral.intValue(sort.offset),
                sort == null || sort.fetch == null ? -1 : RexLiteral.intValue(sort.fetch));
    }

    @Override
    public List<PlannedScan> allScans() {
        return List.of(scan);
    }

    /** A column that comes as it is has the table's own type, with its ids of nested fields. */
    private static ResultColumn typed(ResultColumn column, FloeScan scan, int input) {
        Type type = scan.definition().schema().findType(scan.fieldIds().get(input));
        return new ResultColumn(column.name(), type, column.nullable());
    }

    private static boolean isLimit(@Nullable Sort sort) {
        return sort == null
                || (sort.getCollation().getFieldCollations().isEmpty()
                        && (sort.fetch == null || sort.fetch instanceof RexLiteral)
                        && (sort.offset == null || sort.offset instanceof RexLiteral));
    }

    private static List<RexNode> references(FloeScan scan) {
        return IntStream.range(0, scan.getRowType().getFieldCount())
                .<RexNode>mapToObj(i -> new RexInputRef(
                        i, scan.getRowType().getFieldList().get(i).getType()))
                .toList();
    }
}
