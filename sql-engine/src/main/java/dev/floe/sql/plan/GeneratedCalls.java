package dev.floe.sql.plan;

import org.apache.calcite.schema.impl.ScalarFunctionImpl;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;

/** Operators that generated code calls methods of ours for; no statement can name them. */
final class GeneratedCalls {
    private GeneratedCalls() {}

    /** The operator of a public static method; calls of it are made with their type. */
    static SqlFunction of(Class<?> owner, String method) {
        return new SqlUserDefinedFunction(
                new SqlIdentifier("$" + method, SqlParserPos.ZERO),
                SqlKind.OTHER_FUNCTION,
                ReturnTypes.BIGINT_NULLABLE,
                null,
                null,
                ScalarFunctionImpl.create(owner, method));
    }
}
