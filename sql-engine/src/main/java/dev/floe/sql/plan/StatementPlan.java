package dev.floe.sql.plan;

import dev.floe.sql.engine.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.runtime.Bindable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A statement ready to run: generated code, and the scans and fragments it asks for, by number.
 *
 * <p>Without code the only fragment is the whole statement. Where {@code explanation} is there, the statement asked
 * for it and not for its rows.
 */
public record StatementPlan(
        String sql,
        List<ResultColumn> columns,
        List<Type> parameterTypes,
        List<PlannedScan> scans,
        List<PlannedFragment> fragments,
        @Nullable Bindable<?> code,
        Map<String, Object> stashed,
        JavaTypeFactory types,
        @Nullable Explanation explanation)
        implements QueryPlan {
    /** The variable of generated code with the numbers of parameters that are counts of rows, of LIMIT and OFFSET. */
    public static final String ROW_COUNTS = "floe.row-counts";

    /**
     * An explanation wanted: the plan as text, and whether the statement has to run for it.
     *
     * @param lookup what runs where no code and no fragment does
     */
    public record Explanation(
            String plan, boolean analyze, @Nullable LookupPlan lookup) {}

    public StatementPlan {
        columns = List.copyOf(columns);
        parameterTypes = List.copyOf(parameterTypes);
        scans = List.copyOf(scans);
        fragments = List.copyOf(fragments);
    }

    /** A lookup, to be explained instead of run. */
    static StatementPlan explained(LookupPlan lookup, String plan, boolean analyze, JavaTypeFactory types) {
        return new StatementPlan(
                        lookup.sql(),
                        lookup.columns(),
                        lookup.parameterTypes(),
                        List.of(lookup.scan()),
                        List.of(),
                        null,
                        Map.of(),
                        types,
                        null)
                .explained(new Explanation(plan, analyze, lookup));
    }

    /** The same plan, to be explained instead of run. */
    StatementPlan explained(String plan, boolean analyze) {
        return explained(new Explanation(plan, analyze, null));
    }

    private StatementPlan explained(Explanation wanted) {
        ResultColumn column = new ResultColumn("PLAN", Types.StringType.get(), false);
        return new StatementPlan(sql, List.of(column), parameterTypes, scans, fragments, code, stashed, types, wanted);
    }

    /** An explanation with lines after the plan. */
    public StatementPlan explainedWith(List<String> lines) {
        Explanation known = explanation;
        if (known == null) {
            throw new IllegalStateException("the plan is to be run");
        }
        String text = known.plan.stripTrailing() + "\n" + String.join("\n", lines) + "\n";
        return new StatementPlan(
                sql,
                columns,
                parameterTypes,
                scans,
                fragments,
                code,
                stashed,
                types,
                new Explanation(text, known.analyze, known.lookup));
    }

    /** The scans of code and fragments. */
    @Override
    public List<PlannedScan> allScans() {
        List<PlannedScan> all = new ArrayList<>(scans);
        fragments.forEach(fragment -> all.addAll(fragment.scans()));
        return all;
    }
}
