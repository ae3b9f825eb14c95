package dev.floe.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.scan.TableViews;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * How large tables were when plans were chosen by that; safe for use by several threads.
 *
 * <p>A plan stays right whatever becomes of its tables, but where one has ten times as many rows as then, or a tenth,
 * another plan may be the better one. It costs no look at the catalog: what reads saw lately is what counts.
 */
final class PlannedRows {
    private static final double FACTOR = 10;
    /** So few rows are joined quickly in any order. */
    private static final double ROWS_MIN = 10_000;

    private final TableViews views;
    private final Cache<PreparedQuery, Map<UUID, Double>> plans =
            Caffeine.newBuilder().weakKeys().build();

    PlannedRows(TableViews views) {
        this.views = views;
    }

    /** Notes the rows of the tables by whose statistics a plan was chosen. */
    void note(PreparedQuery plan, Map<UUID, Double> rows) {
        if (!rows.isEmpty()) {
            plans.put(plan, Map.copyOf(rows));
        }
    }

    /** True where the tables are about as large as they were for the plan. */
    boolean areAlike(PreparedQuery plan) {
        Map<UUID, Double> then = plans.getIfPresent(plan);
        return then == null
                || then.entrySet().stream()
                        .allMatch(table -> isAlike(table.getValue(), views.rowsLately(table.getKey())));
    }

    private static boolean isAlike(double then, OptionalLong lately) {
        double now = lately.isPresent() ? (double) lately.getAsLong() : then;
        return Math.max(then, now) < ROWS_MIN || Math.max(then, now) < FACTOR * Math.max(1, Math.min(then, now));
    }
}
