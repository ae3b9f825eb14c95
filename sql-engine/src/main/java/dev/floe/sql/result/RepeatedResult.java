package dev.floe.sql.result;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.exec.QueryClock;
import dev.floe.sql.exec.RunningQuery;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A kept result, given again within the limits of this run.
 *
 * <p>Only the rows are those of an earlier run: the cuts, and what they say of rows that are missing, are this one's.
 */
final class RepeatedResult implements QueryCursor {
    private final List<ResultColumn> columns;
    private final List<TableCut> cuts;
    private final QueryLimits limits;
    private final QueryClock clock;
    private List<ColumnBatch> batches;
    private int batch;
    private int row;
    private long returned;

    RepeatedResult(List<ResultColumn> columns, List<TableCut> cuts, List<ColumnBatch> batches, RunningQuery.Run run) {
        this.columns = columns;
        this.cuts = cuts;
        this.batches = batches;
        this.limits = run.limits();
        this.clock = run.clock();
    }

    @Override
    public List<ResultColumn> columns() {
        return columns;
    }

    @Override
    public List<TableCut> cuts() {
        return cuts;
    }

    @Override
    public @Nullable ColumnBatch next() {
        clock.check();
        while (batch < batches.size() && row == batches.get(batch).rowCount()) {
            batch++;
            row = 0;
        }
        if (batch == batches.size()) {
            return null;
        }
        ColumnBatch all = batches.get(batch);
        int first = row;
        int count = Math.min(all.rowCount() - first, limits.batchRowsMax());
        row += count;
        returned += count;
        limits.checkRows(returned);
        return count == all.rowCount()
                ? all
                : all.rows(IntStream.range(first, first + count).toArray(), count);
    }

    @Override
    public boolean isFromCache() {
        return true;
    }

    @Override
    public void cancel() {
        clock.cancel();
    }

    @Override
    public void close() {
        batches = List.of();
        batch = 0;
        row = 0;
    }
}
