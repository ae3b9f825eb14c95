package dev.floe.sql.scan;

import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.types.Types;

/**
 * A filter in the names that Iceberg's table has for the columns now.
 *
 * <p>A definition may be a version away from the table that was just loaded. Columns are matched by field id; a
 * condition on one that the table lacks, or has at another type, prunes nothing.
 */
final class TableFilter extends ExpressionVisitors.ExpressionVisitor<Expression> {
    private final Schema names;
    private final Schema table;

    private TableFilter(Schema names, Schema table) {
        this.names = names;
        this.table = table;
    }

    /** {@code filter} is unbound, in the names of the view's definition. */
    static Expression of(TableView view, Expression filter) {
        Schema schema = view.table().schema();
        Schema names = view.definition().schema();
        // below a NOT, pruning nothing would prune everything
        return schema.sameSchema(names)
                ? filter
                : ExpressionVisitors.visit(Expressions.rewriteNot(filter), new TableFilter(names, schema));
    }

    @Override
    public Expression alwaysTrue() {
        return Expressions.alwaysTrue();
    }

    @Override
    public Expression alwaysFalse() {
        return Expressions.alwaysFalse();
    }

    @Override
    public Expression and(Expression left, Expression right) {
        return Expressions.and(left, right);
    }

    @Override
    public Expression or(Expression left, Expression right) {
        return Expressions.or(left, right);
    }

    @Override
    public <T> Expression predicate(UnboundPredicate<T> predicate) {
        Types.NestedField field = names.findField(predicate.ref().name());
        Types.NestedField then = field == null ? null : table.findField(field.fieldId());
        if (field == null || then == null || !then.type().equals(field.type())) {
            return Expressions.alwaysTrue();
        }
        String name = table.findColumnName(then.fieldId());
        // IS NULL and the like have no literals, which Iceberg says with a null
        List<Literal<T>> literals = predicate.literals();
        return literals == null
                ? Expressions.predicate(predicate.op(), name)
                : Expressions.predicate(
                        predicate.op(),
                        name,
                        literals.stream().map(Literal::value).toList());
    }
}
