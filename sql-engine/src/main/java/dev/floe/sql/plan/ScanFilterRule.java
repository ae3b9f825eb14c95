package dev.floe.sql.plan;

import java.util.function.Function;
import org.apache.calcite.plan.RelRule;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.tools.RelBuilderFactory;
import org.jspecify.annotations.Nullable;

/** A rule for a filter, the call's first node, above a scan of all rows, the second. */
abstract class ScanFilterRule extends RelRule<ScanFilterRule.Config> {
    /** As Calcite wants it. */
    record Config(
            RelBuilderFactory relBuilderFactory,
            @Nullable String description,
            OperandTransform operandSupplier,
            Function<Config, ScanFilterRule> rule)
            implements RelRule.Config {
        static Config of(String description, Function<Config, ScanFilterRule> rule) {
            return new Config(
                    RelFactories.LOGICAL_BUILDER,
                    description,
                    filter -> filter.operand(LogicalFilter.class)
                            .oneInput(scan -> scan.operand(FloeScan.class)
                                    .predicate(FloeScan::isWhole)
                                    .noInputs()),
                    rule);
        }

        @Override
        public ScanFilterRule toRule() {
            return rule.apply(this);
        }

        @Override
        public Config withRelBuilderFactory(RelBuilderFactory factory) {
            return new Config(factory, description, operandSupplier, rule);
        }

        @Override
        public Config withDescription(@Nullable String text) {
            return new Config(relBuilderFactory, text, operandSupplier, rule);
        }

        @Override
        public Config withOperandSupplier(OperandTransform transform) {
            return new Config(relBuilderFactory, description, transform, rule);
        }
    }

    ScanFilterRule(Config config) {
        super(config);
    }
}
