package dev.floe.sql.engine;

import dev.floe.catalog.principal.Principal;
import dev.floe.storage.column.ColumnBatch;

/** Answers SQL and key lookups of principals, each within its tenant; safe for use by several threads. */
public interface QueryEngine extends AutoCloseable {
    /** The one catalog, which a table's name may begin with, before the tenant. */
    String CATALOG = "floe";

    /** Parses and validates; throws INVALID_SQL with line and column, QUERY_TOO_COMPLEX, PERMISSION_DENIED. */
    PreparedQuery prepare(Principal principal, String sql);

    /** Starts a query; {@code parameters} has one row, its field ids the index of each {@code ?}. */
    QueryCursor execute(
            Principal principal, PreparedQuery query, ColumnBatch parameters, ReadCut cut, QueryLimits limits);

    /** Looks keys up; throws TABLE_NOT_FOUND, UNKNOWN_COLUMN, NOT_VISIBLE_YET. */
    LookupResult lookup(Principal principal, LookupRequest request);

    /** What statements are made of. */
    SqlWords words();

    /** What it did until now. */
    QueryCounts counts();

    /** What it did until now by table and by tenant; tables that were dropped are left out. */
    EngineSums sums();

    @Override
    void close();
}
