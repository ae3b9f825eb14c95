package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterRule;
import org.apache.calcite.util.BuiltInMethod;

/** A {@link Fragment} in a plan that runs: asks the query's {@link ScanSource} for the rows of its number. */
final class EnumerableFragment extends Fragment implements EnumerableRel {
    private static final String NUMBERS = "floe.fragment-numbers";

    private EnumerableFragment(Fragment fragment, RelTraitSet traits) {
        super(fragment.inside(), traits, fragment.getRowType());
    }

    /** Turns fragments into ones that run. */
    static final class Rule extends ConverterRule {
        static final Rule INSTANCE = Config.INSTANCE
                .withConversion(Fragment.class, Convention.NONE, EnumerableConvention.INSTANCE, "FragmentRule")
                .withRuleFactory(Rule::new)
                .toRule(Rule.class);

        private Rule(Config config) {
            super(config);
        }

        @Override
        public RelNode convert(RelNode node) {
            return new EnumerableFragment((Fragment) node, node.getTraitSet().replace(EnumerableConvention.INSTANCE));
        }
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return new EnumerableFragment(this, traits);
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
        List<EnumerableFragment> fragments = numbered(implementor.map);
        fragments.add(this);
        implementor.map.put(NUMBERS, fragments);
        Expression source = Expressions.convert_(
                Expressions.call(DataContext.ROOT, "get", Expressions.constant(ScanSource.VARIABLE)), ScanSource.class);
        Expression fragment = Expressions.call(source, "fragment", Expressions.constant(fragments.size() - 1));
        PhysType rows = PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
        // set operations compare the rows of their inputs, whose single columns come bare
        Expression bare = rows.getFormat() == JavaRowFormat.SCALAR
                ? Expressions.call(BuiltInMethod.SLICE0.method, fragment)
                : fragment;
        return implementor.result(rows, Blocks.toBlock(bare));
    }

    /** The fragments of a plan, in the order in which code was made of them. */
    static List<EnumerableFragment> numbered(Map<String, Object> parameters) {
        List<EnumerableFragment> fragments = new ArrayList<>();
        for (Object fragment : (List<?>) parameters.getOrDefault(NUMBERS, List.of())) {
            fragments.add((EnumerableFragment) fragment);
        }
        return fragments;
    }
}
