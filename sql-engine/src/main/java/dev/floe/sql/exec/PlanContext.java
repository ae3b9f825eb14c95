package dev.floe.sql.exec;

import dev.floe.sql.plan.ScanSource;
import dev.floe.sql.plan.StatementPlan;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** What generated code may ask for: its parameters, the time, the zone UTC, the scans. */
final class PlanContext implements DataContext {
    private final JavaTypeFactory types;
    private final Map<String, Object> variables;

    PlanContext(
            StatementPlan plan,
            List<@Nullable Object> parameters,
            ScanSource scans,
            AtomicBoolean cancelled,
            Clock clock) {
        this.types = plan.types();
        this.variables = new HashMap<>(plan.stashed());
        long now = clock.millis();
        variables.put(Variable.UTC_TIMESTAMP.camelName, now);
        variables.put(Variable.CURRENT_TIMESTAMP.camelName, now);
        variables.put(Variable.LOCAL_TIMESTAMP.camelName, now);
        variables.put(Variable.TIME_ZONE.camelName, TimeZone.getTimeZone("UTC"));
        variables.put(Variable.LOCALE.camelName, Locale.ROOT);
        variables.put(Variable.CANCEL_FLAG.camelName, cancelled);
        variables.put(Variable.USER.camelName, "");
        variables.put(Variable.SYSTEM_USER.camelName, "");
        variables.put(ScanSource.VARIABLE, scans);
        for (int i = 0; i < parameters.size(); i++) {
            Object value = parameters.get(i);
            if (value != null) {
                variables.put("?" + i, value);
            }
        }
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
