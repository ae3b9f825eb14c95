package dev.floe.sql.exec;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.RowSink;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.ChangePlan;
import dev.floe.sql.plan.TableChange;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes rows being run: what its query finds goes to the write path, batch by batch.
 *
 * <p>Every batch is durable before the next is read. The query sees one cut throughout, so it never meets rows that
 * the statement wrote. A statement that fails in its middle has stored the batches before, and says so: what would
 * have told the client to send it again is OUTCOME_UNKNOWN then. One that is sent again upserts the same rows again, or
 * appends them again.
 */
public final class RunningChange implements QueryCursor {
    private final QueryCursor source;
    private final TableChange change;
    private final Principal principal;
    private final RowSink sink;
    private boolean done;

    /** Takes over the running query of the plan's source. */
    public RunningChange(QueryCursor source, TableChange change, Principal principal, RowSink sink) {
        this.source = source;
        this.change = change;
        this.principal = principal;
        this.sink = sink;
    }

    @Override
    public List<ResultColumn> columns() {
        return ChangePlan.ANSWER;
    }

    @Override
    public List<TableCut> cuts() {
        return source.cuts();
    }

    /** One row: how many rows were stored. */
    @Override
    public @Nullable ColumnBatch next() {
        if (done) {
            return null;
        }
        done = true;
        long rows = 0;
        try {
            ColumnBatch batch = source.next();
            while (batch != null) {
                if (batch.rowCount() > 0) {
                    sink.store(principal, change.table(), change.rows(batch));
                    rows += batch.rowCount();
                }
                batch = source.next();
            }
        } catch (FloeException e) {
            throw rows == 0 ? e : afterRows(rows, e);
        }
        Vector count = VectorBuilder.of(ChangePlan.ANSWER.get(0).type(), List.of(rows));
        return new ColumnBatch(1, List.of(0), List.of(count), new byte[1]);
    }

    private static FloeException afterRows(long rows, FloeException why) {
        boolean repeats = why.code().kind() == ErrorKind.UNAVAILABLE || why.code() == ErrorCode.QUERY_CANCELLED;
        return new FloeException(
                        repeats ? ErrorCode.OUTCOME_UNKNOWN : why.code(),
                        why.message() + "; " + rows + " rows were stored before",
                        why)
                .at(why.fieldPath())
                .advise(repeats ? "see which rows are there before sending the statement again" : why.action());
    }

    @Override
    public void cancel() {
        source.cancel();
    }

    @Override
    public void close() {
        source.close();
    }
}
