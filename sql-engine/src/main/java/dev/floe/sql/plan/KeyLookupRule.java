package dev.floe.sql.plan;

import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelRule;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.tools.RelBuilderFactory;
import org.jspecify.annotations.Nullable;

/** Makes of a scan below a condition that names its keys a scan of these keys alone; what is left stays above it. */
final class KeyLookupRule extends RelRule<KeyLookupRule.Config> {
    static final KeyLookupRule INSTANCE = new Config(
                    RelFactories.LOGICAL_BUILDER,
                    "KeyLookupRule",
                    filter -> filter.operand(LogicalFilter.class)
                            .oneInput(scan -> scan.operand(FloeScan.class)
                                    .predicate(FloeScan::isWhole)
                                    .noInputs()))
            .toRule();

    /** As Calcite wants it. */
    record Config(
            RelBuilderFactory relBuilderFactory, @Nullable String description, OperandTransform operandSupplier)
            implements RelRule.Config {
        @Override
        public KeyLookupRule toRule() {
            return new KeyLookupRule(this);
        }

        @Override
        public Config withRelBuilderFactory(RelBuilderFactory factory) {
            return new Config(factory, description, operandSupplier);
        }

        @Override
        public Config withDescription(@Nullable String text) {
            return new Config(relBuilderFactory, text, operandSupplier);
        }

        @Override
        public Config withOperandSupplier(OperandTransform transform) {
            return new Config(relBuilderFactory, description, transform);
        }
    }

    private KeyLookupRule(Config config) {
        super(config);
    }

    @Override
    public void onMatch(RelOptRuleCall call) {
        LogicalFilter filter = call.rel(0);
        FloeScan scan = call.rel(1);
        KeyConditions.Narrowed narrowed =
                KeyConditions.narrow(scan, scan.definition().keyFieldIds(), filter.getCondition());
        if (narrowed == null) {
            return;
        }
        RelNode lookup = scan.narrowed(narrowed.keys());
        call.transformTo(
                narrowed.rest().isEmpty()
                        ? lookup
                        : LogicalFilter.create(
                                lookup,
                                RexUtil.composeConjunction(filter.getCluster().getRexBuilder(), narrowed.rest())));
    }
}
