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

/** A {@link FloeScan} in a plan that runs: asks the query's {@link ScanSource} for the rows of its number. */
final class EnumerableFloeScan extends FloeScan implements EnumerableRel {
    private static final NumberedSources<EnumerableFloeScan> SOURCES =
            new NumberedSources<>(EnumerableFloeScan.class, "scan");

    private EnumerableFloeScan(FloeScan scan, RelTraitSet traits) {
        super(scan.getCluster(), traits, scan.getTable(), scan.definition(), scan.wanted());
    }

    /** Turns scans into ones that run. */
    static final class Rule extends ConverterRule {
        static final Rule INSTANCE = Config.INSTANCE
                .withConversion(FloeScan.class, Convention.NONE, EnumerableConvention.INSTANCE, "FloeScanRule")
                .withRuleFactory(Rule::new)
                .toRule(Rule.class);

        private Rule(Config config) {
            super(config);
        }

        @Override
        public RelNode convert(RelNode node) {
            FloeScan scan = (FloeScan) node;
            return new EnumerableFloeScan(scan, scan.getTraitSet().replace(EnumerableConvention.INSTANCE));
        }
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return new EnumerableFloeScan(this, traits);
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
        return SOURCES.implement(this, implementor);
    }

    /** The scans of a plan, in the order in which code was made of them. */
    static List<EnumerableFloeScan> numbered(Map<String, Object> parameters) {
        return SOURCES.in(parameters);
    }
}
