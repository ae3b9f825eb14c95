package dev.floe.sql.plan;

import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.jspecify.annotations.Nullable;

/** The operators that statements may use: none that makes much memory out of a small statement, none on XML. */
record AllowedFunctions(SqlOperatorTable all) implements SqlOperatorTable {
    private static final Set<String> REFUSED = Set.of(
            "REPEAT",
            "SPACE",
            "LPAD",
            "RPAD",
            "COMPRESS",
            "XMLTRANSFORM",
            "XML_TRANSFORM",
            "EXTRACTVALUE",
            "EXTRACT_VALUE",
            "EXTRACT_XML",
            "EXISTS_NODE");

    @Override
    public void lookupOperatorOverloads(
            SqlIdentifier name,
            @Nullable SqlFunctionCategory category,
            SqlSyntax syntax,
            List<SqlOperator> operators,
            SqlNameMatcher matcher) {
        all.lookupOperatorOverloads(name, category, syntax, operators, matcher);
        operators.removeIf(operator -> !isAllowed(operator));
        OffsetFunctions.replaceIn(operators);
    }

    @Override
    public List<SqlOperator> getOperatorList() {
        return all.getOperatorList().stream()
                .filter(AllowedFunctions::isAllowed)
                .toList();
    }

    private static boolean isAllowed(SqlOperator operator) {
        return !(operator instanceof SqlFunction) || !REFUSED.contains(operator.getName());
    }
}
