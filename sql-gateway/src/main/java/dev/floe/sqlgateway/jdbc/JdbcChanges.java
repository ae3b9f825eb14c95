package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;

/** Runs statements that change rows; they take a query's place while they run. */
final class JdbcChanges {
    private final QueryEngine engine;
    private final SqlSettings settings;
    private final Admission queries;

    JdbcChanges(QueryEngine engine, SqlSettings settings, Admission queries) {
        this.engine = engine;
        this.settings = settings;
        this.queries = queries;
    }

    /** The number of rows stored, all of them durable. */
    long run(JdbcStatement statement, Principal principal, PreparedQuery query, ColumnBatch parameters) {
        QueryLimits limits = settings.limits(0, settings.queryTimeMax(), 1);
        try (Admission.Place place = statement.await(queries.request(principal.tenant(), limits.timeMax()));
                QueryCursor cursor = engine.execute(principal, query, parameters, new ReadCut.Latest(), limits)) {
            ColumnBatch answer = cursor.next();
            if (answer == null || !(answer.column(0) instanceof LongVector rows)) {
                throw new IllegalStateException("a statement that changes rows answers with their count");
            }
            return rows.value(0);
        }
    }
}
