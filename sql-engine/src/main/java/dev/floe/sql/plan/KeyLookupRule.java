package dev.floe.sql.plan;

import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexUtil;

/** Makes of a scan below a condition that names its keys a scan of these keys alone; what is left stays above it. */
final class KeyLookupRule extends ScanFilterRule {
    static final ScanFilterRule INSTANCE =
            Config.of("KeyLookupRule", KeyLookupRule::new).toRule();

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
