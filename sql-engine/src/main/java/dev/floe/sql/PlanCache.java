package dev.floe.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.PreparedQuery;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans of statements run lately, each tenant's apart; safe for use by several threads.
 *
 * <p>Statements are the same where they differ in white space and comments only. A plan is good as long as its tables
 * are what they were, which who takes one checks: so the versions of the schemas need not be part of the key, and
 * neither do the types of parameters, which follow from both.
 */
final class PlanCache {
    private static final int TENANTS_MAX = 1_000;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(30);
    private static final long TENANT_BYTES_MAX = 16L << 20;
    /** What a plan is taken to hold beside its text; generated code has a class of its own. */
    private static final int PLAN_BYTES = 32 << 10;

    private final Cache<TenantName, Cache<String, Kept>> tenants = Caffeine.newBuilder()
            .maximumSize(TENANTS_MAX)
            .expireAfterAccess(UNUSED_MAX)
            .build();

    /** A plan, and the tables that its statement names as they were then. */
    record Kept(PreparedQuery plan, List<TableDefinition> named) {}

    /** The plan of a statement, perhaps of tables as they were before. */
    @Nullable
    Kept find(TenantName tenant, String sql) {
        Cache<String, Kept> plans = tenants.getIfPresent(tenant);
        return plans == null ? null : plans.getIfPresent(normalized(sql));
    }

    void keep(TenantName tenant, Kept plan) {
        Cache<String, Kept> plans = tenants.get(
                tenant,
                name -> Caffeine.newBuilder()
                        .maximumWeight(TENANT_BYTES_MAX)
                        .weigher((String sql, Kept kept) -> PLAN_BYTES + 2 * Character.BYTES * sql.length())
                        .expireAfterAccess(UNUSED_MAX)
                        .build());
        plans.put(normalized(plan.plan().sql()), plan);
    }

    /** White space and comments outside of quotes as one blank each, and no semicolon at the end. */
    static String normalized(String sql) {
        StringBuilder text = new StringBuilder(sql.length());
        boolean blank = false;
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int end = gapEnd(sql, i);
            if (end > i) {
                blank = true;
                i = end;
                continue;
            }
            if (blank && text.length() > 0) {
                text.append(' ');
            }
            blank = false;
            end = i + 1;
            if (c == '\'' || c == '"' || c == '`') {
                int close = sql.indexOf(c, end);
                end = close < 0 ? sql.length() : close + 1;
            }
            text.append(sql, i, end);
            i = end;
        }
        int last = text.length() - 1;
        return last >= 0 && text.charAt(last) == ';' ? text.substring(0, last).stripTrailing() : text.toString();
    }

    /** Where the white space or comment that begins here ends; {@code from} itself where none does. */
    private static int gapEnd(String sql, int from) {
        if (Character.isWhitespace(sql.charAt(from))) {
            return from + 1;
        }
        if (sql.startsWith("--", from)) {
            int line = sql.indexOf('\n', from);
            return line < 0 ? sql.length() : line + 1;
        }
        // a hint looks like a comment, and is none
        if (sql.startsWith("/*", from) && !sql.startsWith("/*+", from)) {
            int close = sql.indexOf("*/", from + 2);
            return close < 0 ? sql.length() : close + 2;
        }
        return from;
    }
}
