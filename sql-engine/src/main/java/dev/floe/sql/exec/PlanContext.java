package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.plan.ScanSource;
import dev.floe.sql.plan.StatementPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** What generated code may ask for: its parameters, the time, the zone UTC, the scans. */
final class PlanContext implements DataContext {
    private final JavaTypeFactory types;
    private final Map<String, Object> variables;

    /** {@code known} are variables that the code was made with. */
    PlanContext(JavaTypeFactory types, Map<String, Object> known, List<@Nullable Object> parameters, QueryClock clock) {
        this.types = types;
        this.variables = new HashMap<>(known);
        long now = clock.time().millis();
        variables.put(Variable.UTC_TIMESTAMP.camelName, now);
        variables.put(Variable.CURRENT_TIMESTAMP.camelName, now);
        variables.put(Variable.LOCAL_TIMESTAMP.camelName, now);
        variables.put(Variable.TIME_ZONE.camelName, TimeZone.getTimeZone("UTC"));
        variables.put(Variable.LOCALE.camelName, Locale.ROOT);
        variables.put(Variable.CANCEL_FLAG.camelName, clock.cancelled());
        variables.put(Variable.USER.camelName, "");
        variables.put(Variable.SYSTEM_USER.camelName, "");
        Set<?> counts = known.get(StatementPlan.ROW_COUNTS) instanceof Set<?> some ? some : Set.of();
        for (int i = 0; i < parameters.size(); i++) {
            Object value = parameters.get(i);
            if (counts.contains(i) && !(value instanceof Number count && count.longValue() >= 0)) {
                throw new FloeException(
                                ErrorCode.INVALID_PARAMETER,
                                "parameter " + (i + 1) + " is a number of rows, which " + value + " is not")
                        .advise("give LIMIT and OFFSET a whole number from 0 on");
            }
            if (value != null) {
                variables.put("?" + i, value);
            }
        }
    }

    /** The same for code that reads scans and fragments. */
    PlanContext with(ScanSource scans) {
        variables.put(ScanSource.VARIABLE, scans);
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Calcite's interface says null is fine, its annotations are of another kind
    public @Nullable SchemaPlus getRootSchema() {
        return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
        return types;
    }

    @Override
    public QueryProvider getQueryProvider() {
        throw new UnsupportedOperationException("plans don't plan");
    }

    @Override
    public @Nullable Object get(String name) {
        return variables.get(name);
    }
}
