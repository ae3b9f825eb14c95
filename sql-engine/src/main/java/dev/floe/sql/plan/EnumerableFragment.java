package dev.floe.sql.plan;

import java.util.List;
import java.util.Map;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterRule;

/** A {@link Fragment} in a plan that runs: asks the query's {@link ScanSource} for the rows of its number. */
final class EnumerableFragment extends Fragment implements EnumerableRel {
    private static final NumberedSources<EnumerableFragment> SOURCES =
            new NumberedSources<>(EnumerableFragment.class, "fragment");

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
        return SOURCES.implement(this, implementor);
    }

    /** The fragments of a plan, in the order in which code was made of them. */
    static List<EnumerableFragment> numbered(Map<String, Object> parameters) {
        return SOURCES.in(parameters);
    }
}
