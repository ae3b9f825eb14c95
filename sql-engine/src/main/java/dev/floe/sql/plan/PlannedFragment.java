package dev.floe.sql.plan;

import dev.floe.sql.translate.BoundValues;
import dev.floe.sql.translate.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.iceberg.types.Type;

/** A part of a plan that DuckDB computes over some tables. */
public final class PlannedFragment {
    private final RelNode inside;
    private final List<PlannedScan> scans;
    private final List<Type> types = new ArrayList<>();

    PlannedFragment(RelNode inside) {
        this.inside = inside;
        this.scans = Fragments.scans(inside).stream().map(PlannedScan::new).toList();
        AtomicInteger ids = new AtomicInteger(1);
        for (RelDataTypeField field : inside.getRowType().getFieldList()) {
            types.add(FloeTypes.icebergType(field.getType(), ids::getAndIncrement));
        }
    }

    /** The scans that {@link #sql} calls s0, s1 and so on. */
    public List<PlannedScan> scans() {
        return scans;
    }

    /** Types of the columns. */
    public List<Type> types() {
        return List.copyOf(types);
    }

    /** The statement of a run. */
    public String sql(BoundValues values) {
        AtomicInteger next = new AtomicInteger();
        return new Translation(
                        scan -> {
                            String name = "s" + next.getAndIncrement();
                            long limit = ((FloeScan) scan).limit();
                            return limit < 0 ? name : "(SELECT * FROM " + name + " LIMIT " + limit + ")";
                        },
                        values)
                .statement(inside);
    }

    @Override
    public String toString() {
        return RelOptUtil.toString(inside);
    }
}
