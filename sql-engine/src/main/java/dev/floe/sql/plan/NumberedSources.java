package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.util.BuiltInMethod;

/**
 * Nodes of one kind whose rows generated code asks the query's {@link ScanSource} for, by their numbers.
 *
 * @param method of ScanSource, which takes a number
 */
record NumberedSources<T extends EnumerableRel>(Class<T> type, String method) {
    /** Numbers the node, and makes the code that asks for its rows. */
    EnumerableRel.Result implement(T node, EnumerableRelImplementor implementor) {
        List<T> nodes = in(implementor.map);
        nodes.add(node);
        implementor.map.put(key(), nodes);
        Expression source = Expressions.convert_(
                Expressions.call(DataContext.ROOT, "get", Expressions.constant(ScanSource.VARIABLE)), ScanSource.class);
        Expression rows = Expressions.call(source, method, Expressions.constant(nodes.size() - 1));
        PhysType physical = PhysTypeImpl.of(implementor.getTypeFactory(), node.getRowType(), JavaRowFormat.ARRAY);
        // set operations compare the rows of their inputs, whose single columns come bare
        Expression bare = physical.getFormat() == JavaRowFormat.SCALAR
                ? Expressions.call(BuiltInMethod.SLICE0.method, rows)
                : rows;
        return implementor.result(physical, Blocks.toBlock(bare));
    }

    /** The nodes of a plan, in the order of their numbers. */
    List<T> in(Map<String, Object> parameters) {
        List<T> nodes = new ArrayList<>();
        for (Object node : (List<?>) parameters.getOrDefault(key(), List.of())) {
            nodes.add(type.cast(node));
        }
        return nodes;
    }

    private String key() {
        return "floe." + method + "-numbers";
    }
}
