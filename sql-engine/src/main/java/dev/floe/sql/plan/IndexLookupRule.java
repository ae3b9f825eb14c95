package dev.floe.sql.plan;

import dev.floe.catalog.table.TableIndex;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.logical.LogicalFilter;

/**
 * Makes of a scan below a condition that names values of an index's columns a lookup by the index.
 *
 * <p>The condition stays above it as it is: an index may find other rows too.
 */
final class IndexLookupRule extends ScanFilterRule {
    static final ScanFilterRule INSTANCE =
            Config.of("IndexLookupRule", IndexLookupRule::new).toRule();

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
