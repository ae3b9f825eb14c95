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

/** A {@link FloeScan} in a plan that runs: asks the query's {@link ScanSource} for the rows of its number. */
final class EnumerableFloeScan extends FloeScan implements EnumerableRel {
    private static final String NUMBERS = "floe.scan-numbers";

    private EnumerableFloeScan(FloeScan scan, RelTraitSet traits) {
        super(
                scan.getCluster(),
                traits,
                scan.getTable(),
                scan.definition(),
                scan.getRowType(),
                scan.fieldIds(),
                scan.predicates(),
                scan.limit(),
                scan.narrowing());
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
        List<EnumerableFloeScan> scans = numbered(implementor.map);
        scans.add(this);
        implementor.map.put(NUMBERS, scans);
        Expression source = Expressions.convert_(
                Expressions.call(DataContext.ROOT, "get", Expressions.constant(ScanSource.VARIABLE)), ScanSource.class);
        Expression scan = Expressions.call(source, "scan", Expressions.constant(scans.size() - 1));
        PhysType rows = PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
        // set operations compare the rows of their inputs, whose single columns come bare
        Expression bare =
                rows.getFormat() == JavaRowFormat.SCALAR ? Expressions.call(BuiltInMethod.SLICE0.method, scan) : scan;
        return implementor.result(rows, Blocks.toBlock(bare));
    }

    /** The scans of a plan, in the order in which code was made of them. */
    static List<EnumerableFloeScan> numbered(Map<String, Object> parameters) {
        List<EnumerableFloeScan> scans = new ArrayList<>();
        for (Object scan : (List<?>) parameters.getOrDefault(NUMBERS, List.of())) {
            scans.add((EnumerableFloeScan) scan);
        }
        return scans;
    }
}
