package dev.floe.sql.plan;

import dev.floe.sql.engine.SqlWords;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlOperator;

/** Lists the keywords of statements, and the functions that they may call. */
public final class StatementWords {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

    private StatementWords() {}

    public static SqlWords all() {
        Map<SqlFunctionCategory, Set<String>> functions = new TreeMap<>();
        for (SqlOperator operator : StatementPlanner.OPERATORS.getOperatorList()) {
            if (operator instanceof SqlFunction function
                    && NAME.matcher(function.getName()).matches()) {
                functions
                        .computeIfAbsent(function.getFunctionType(), category -> new TreeSet<>())
                        .add(function.getName());
            }
        }
        return new SqlWords(
                SqlText.keywords(),
                named(functions, SqlFunctionCategory.NUMERIC),
                named(functions, SqlFunctionCategory.STRING),
                named(functions, SqlFunctionCategory.TIMEDATE),
                named(functions, SqlFunctionCategory.SYSTEM));
    }

    private static List<String> named(Map<SqlFunctionCategory, Set<String>> functions, SqlFunctionCategory category) {
        return List.copyOf(functions.getOrDefault(category, Set.of()));
    }
}
