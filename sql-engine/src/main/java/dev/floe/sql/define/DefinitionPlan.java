package dev.floe.sql.define;

import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.ResultColumn;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A statement that defines tables of a tenant: CREATE, ALTER or DROP. */
public final class DefinitionPlan implements PreparedQuery {
    /** The one column of the answer: how many rows were stored, which is none. */
    static final List<ResultColumn> ANSWER = List.of(new ResultColumn("ROWS", Types.LongType.get(), false));

    private final String sql;
    private final TenantName tenant;
    private final TableStatement statement;

    private DefinitionPlan(String sql, TenantName tenant, TableStatement statement) {
        this.sql = sql;
        this.tenant = tenant;
        this.statement = statement;
    }

    /** True where a statement begins as these do. */
    public static boolean isOne(String sql) {
        return TableStatements.isOne(sql);
    }

    /** Throws INVALID_SQL with line and column, INVALID_TABLE, INVALID_NAME, UNSUPPORTED, PERMISSION_DENIED. */
    public static DefinitionPlan of(TenantName tenant, String sql) {
        return new DefinitionPlan(sql, tenant, TableStatements.parse(tenant, sql));
    }

    /** Whose tables it defines. */
    public TenantName tenant() {
        return tenant;
    }

    TableStatement statement() {
        return statement;
    }

    @Override
    public String sql() {
        return sql;
    }

    @Override
    public List<ResultColumn> columns() {
        return ANSWER;
    }

    @Override
    public List<Type> parameterTypes() {
        return List.of();
    }

    @Override
    public boolean changesRows() {
        return true;
    }
}
