package dev.floe.sql.translate;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;

/** Aggregate functions over columns of an input. */
final class Aggregates {
    private Aggregates() {}

    /** {@code input} has the types of the columns c0, c1 and so on. */
    static String text(AggregateCall call, List<RelDataType> input) {
        if (call.isApproximate()
                || call.ignoreNulls()
                || !call.getCollation().getFieldCollations().isEmpty()
                || call.distinctKeys != null) {
            throw new Inexpressible("the aggregate " + call);
        }
        String filter = call.filterArg < 0 ? "" : " FILTER (WHERE c" + call.filterArg + ")";
        String value = function(call, input) + filter;
        return Literals.cast(
                call.getAggregation().getKind() == SqlKind.SUM0 ? "coalesce(" + value + ", 0)" : value, call.getType());
    }

    private static String function(AggregateCall call, List<RelDataType> input) {
        List<Integer> arguments = call.getArgList();
        String distinct = call.isDistinct() ? "DISTINCT " : "";
        return switch (call.getAggregation().getKind()) {
            case COUNT -> arguments.isEmpty() ? "count(*)" : "count(" + distinct + counted(arguments, call) + ")";
            case SUM, SUM0 -> {
                RelDataType type = input.get(arguments.get(0));
                String column = "c" + arguments.get(0);
                yield "sum(" + distinct + (DuckTypes.isFloating(type) ? "CAST(" + column + " AS DOUBLE)" : column)
                        + ")";
            }
            case MIN, MAX -> {
                if (!DuckTypes.isOrdered(input.get(arguments.get(0)))) {
                    throw new Inexpressible("the order of " + input.get(arguments.get(0)));
                }
                yield call.getAggregation().getName() + "(c" + arguments.get(0) + ")";
            }
            default -> throw new Inexpressible("the aggregate " + call);
        };
    }

    /** Rows where one of several columns is null don't count. */
    private static String counted(List<Integer> arguments, AggregateCall call) {
        if (arguments.size() == 1) {
            return "c" + arguments.get(0);
        }
        if (!call.isDistinct()) {
            throw new Inexpressible("a count of several columns");
        }
        String present = arguments.stream().map(a -> "c" + a + " IS NOT NULL").collect(Collectors.joining(" AND "));
        String row = arguments.stream().map(a -> "c" + a).collect(Collectors.joining(", "));
        return "CASE WHEN " + present + " THEN row(" + row + ") END";
    }
}
