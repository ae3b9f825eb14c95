package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.jspecify.annotations.Nullable;

/** Collects the scans of a plan. */
final class ScansOf extends RelVisitor {
    private final List<PlannedScan> scans = new ArrayList<>();

    private ScansOf() {}

    static List<PlannedScan> plan(RelNode root) {
        ScansOf found = new ScansOf();
        found.go(root);
        return found.scans;
    }

    @Override
    public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
        if (node instanceof FloeScan scan) {
            scans.add(new PlannedScan(scan));
        }
        super.visit(node, ordinal, parent);
    }
}
