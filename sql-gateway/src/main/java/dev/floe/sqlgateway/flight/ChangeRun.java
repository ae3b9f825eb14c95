package dev.floe.sqlgateway.flight;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sqlgateway.value.Parameters;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes rows, run once for each row of parameters; its one row is the count of those stored.
 *
 * <p>One run follows another, each durable before the next; the first that fails ends all, and those before it stay.
 */
final class ChangeRun implements QueryCursor {
    private static final List<ResultColumn> COLUMNS = List.of(new ResultColumn("rows", Types.LongType.get(), false));

    private final QueryEngine engine;
    private final Principal principal;
    private final PreparedQuery query;
    private final List<List<@Nullable Object>> rows;
    private final QueryLimits limits;
    private volatile boolean cancelled;
    private volatile @Nullable QueryCursor running;
    private boolean done;

    ChangeRun(
            QueryEngine engine,
            Principal principal,
            PreparedQuery query,
            List<List<@Nullable Object>> rows,
            QueryLimits limits) {
        this.engine = engine;
        this.principal = principal;
        this.query = query;
        this.rows = query.parameterTypes().isEmpty() || rows.isEmpty() ? List.of(List.of()) : rows;
        this.limits = limits;
    }

    @Override
    public List<ResultColumn> columns() {
        return COLUMNS;
    }

    @Override
    public List<TableCut> cuts() {
        return List.of();
    }

    @Override
    public @Nullable ColumnBatch next() {
        if (done) {
            return null;
        }
        done = true;
        // what doesn't fit is told before anything is stored
        List<ColumnBatch> parameters = rows.stream()
                .map(row -> Parameters.batch(row, query.parameterTypes()))
                .toList();
        long stored = 0;
        for (int i = 0; i < parameters.size(); i++) {
            stored += run(parameters.get(i), i);
        }
        LongVector count = new LongVector(new long[] {stored}, 1, Validity.all());
        return new ColumnBatch(1, List.of(0), List.of(count), new byte[1]);
    }

    private long run(ColumnBatch parameters, int index) {
        if (cancelled) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the statement was cancelled" + stored(index));
        }
        try (QueryCursor cursor = engine.execute(principal, query, parameters, new ReadCut.Latest(), limits)) {
            running = cursor;
            if (cancelled) {
                cursor.cancel();
            }
            ColumnBatch answer = cursor.next();
            if (answer == null || !(answer.column(0) instanceof LongVector count)) {
                throw new IllegalStateException("a statement that changes rows answers with their count");
            }
            return count.value(0);
        } catch (FloeException e) {
            if (index == 0) {
                throw e;
            }
            throw new FloeException(
                            e.code(), "row " + (index + 1) + " of parameters: " + e.message() + stored(index), e)
                    .at(e.fieldPath())
                    .advise(e.action());
        } finally {
            running = null;
        }
    }

    private static String stored(int index) {
        return index == 0 ? "" : " (the " + index + " before it are stored)";
    }

    @Override
    public void cancel() {
        cancelled = true;
        QueryCursor open = running;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void close() {}
}
