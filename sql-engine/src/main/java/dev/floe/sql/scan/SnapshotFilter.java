package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A filter in the names that a snapshot's schema has for the columns.
 *
 * <p>Iceberg plans a snapshot by the schema of its time, which is older than the table's where the columns changed
 * since. Columns are matched by field id; a condition on one that the snapshot lacks, or has at another type, prunes
 * nothing.
 */
final class SnapshotFilter extends ExpressionVisitors.ExpressionVisitor<Expression> {
    private final Schema names;
    private final Schema snapshot;

    private SnapshotFilter(Schema names, Schema snapshot) {
        this.names = names;
        this.snapshot = snapshot;
    }

    /** {@code filter} is unbound, in the names of the view's definition. */
    static Expression of(TableView view, Expression filter) {
        Schema schema = schema(view.table(), view.snapshot());
        TableDefinition definition = view.definition();
        if (schema.sameSchema(definition.schema())) {
            return filter;
        }
        // below a NOT, pruning nothing would prune everything
        return ExpressionVisitors.visit(
                Expressions.rewriteNot(filter), new SnapshotFilter(definition.schema(), schema));
    }

    private static Schema schema(Table table, @Nullable Snapshot snapshot) {
        Integer id = snapshot == null ? null : snapshot.schemaId();
        Schema schema = id == null ? null : table.schemas().get(id);
        return schema == null ? table.schema() : schema;
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
        Types.NestedField then = field == null ? null : snapshot.findField(field.fieldId());
        if (field == null || then == null || !then.type().equals(field.type())) {
            return Expressions.alwaysTrue();
        }
        String name = snapshot.findColumnName(then.fieldId());
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
