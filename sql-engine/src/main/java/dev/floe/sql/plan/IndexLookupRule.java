package dev.floe.sql.plan;

import dev.floe.catalog.table.TableIndex;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelRule;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.tools.RelBuilderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a scan below a condition that names values of an index's columns a lookup by the index.
 *
 * <p>The condition stays above it as it is: an index may find other rows too.
 */
final class IndexLookupRule extends RelRule<IndexLookupRule.Config> {
    static final IndexLookupRule INSTANCE = new Config(
                    RelFactories.LOGICAL_BUILDER,
                    "IndexLookupRule",
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
        public IndexLookupRule toRule() {
            return new IndexLookupRule(this);
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

    private IndexLookupRule(Config config) {
        super(config);
    }

    @Override
    public void onMatch(RelOptRuleCall call) {
        LogicalFilter filter = call.rel(0);
        FloeScan scan = call.rel(1);
        List<ScanIndexes.Candidate> candidates = new ArrayList<>();
        for (TableIndex index : scan.definition().indexes()) {
            KeyConditions.Narrowed narrowed =
                    KeyConditions.narrow(scan, index.fields().ids(), filter.getCondition());
            if (narrowed != null) {
                candidates.add(new ScanIndexes.Candidate(index, narrowed.keys().tuples()));
            }
        }
        if (!candidates.isEmpty()) {
            call.transformTo(LogicalFilter.create(scan.narrowed(new ScanIndexes(candidates)), filter.getCondition()));
        }
    }
}
