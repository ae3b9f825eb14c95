package dev.floe.sql.plan;

import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a query's answer follows from its tables' rows and its parameters alone.
 *
 * <p>Not so where an operator asks for the time, the user or a random number. Of nodes only those that are known to ask
 * for nothing are let through. No cast asks for the date: that of a time to a timestamp, which would, is refused.
 */
final class Repeatable extends RelVisitor {
    private static final List<Class<? extends RelNode>> KNOWN = List.of(
            Aggregate.class,
            Correlate.class,
            Filter.class,
            Join.class,
            Project.class,
            SetOp.class,
            Sort.class,
            TableScan.class,
            Uncollect.class,
            Values.class);

    private final RexShuttle expressions = new Expressions();
    private boolean repeatable = true;

    private Repeatable() {}

    /** Instants of FOR SYSTEM_TIME AS OF don't count, as they are in the scans: what they lead to is a cut. */
    static boolean is(RelNode query) {
        Repeatable visitor = new Repeatable();
        visitor.go(query);
        return visitor.repeatable;
    }

    /** True where an operator gives the same for the same operands, whenever and by whomever it is asked. */
    static boolean is(SqlOperator operator) {
        return operator.isDeterministic() && !operator.isDynamicFunction();
    }

    @Override
    public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
        repeatable &= KNOWN.stream().anyMatch(kind -> kind.isInstance(node));
        if (node instanceof Aggregate aggregate) {
            aggregate.getAggCallList().forEach(call -> note(call.getAggregation()));
        }
        node.accept(expressions);
        super.visit(node, ordinal, parent);
    }

    private void note(SqlOperator operator) {
        repeatable &= is(operator);
    }

    /** Changes nothing. */
    private final class Expressions extends RexShuttle {
        @Override
        public RexNode visitCall(RexCall call) {
            note(call.getOperator());
            return super.visitCall(call);
        }

        @Override
        public RexNode visitOver(RexOver over) {
            note(over.getAggOperator());
            return super.visitOver(over);
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            repeatable &= is(query.rel);
            return super.visitSubQuery(query);
        }
    }
}
