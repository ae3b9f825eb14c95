package dev.floe.sql.result;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.exec.QueryClock;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running query whose result is kept once it ended whole.
 *
 * <p>Not so after an error, a cancel, its deadline or an early close: engines end streams early then, and say no more
 * about it than at their real end.
 */
final class RecordedQuery implements QueryCursor {
    private final QueryCursor query;
    private final ResultCache.Draft draft;
    private final QueryClock clock;

    RecordedQuery(QueryCursor query, ResultCache.Draft draft, QueryClock clock) {
        this.query = query;
        this.draft = draft;
        this.clock = clock;
    }

    @Override
    public List<ResultColumn> columns() {
        return query.columns();
    }

    @Override
    public List<TableCut> cuts() {
        return query.cuts();
    }

    @Override
    public @Nullable ColumnBatch next() {
        boolean answered = false;
        try {
            ColumnBatch batch = query.next();
            answered = true;
            note(batch);
            return batch;
        } finally {
            if (!answered) {
                draft.drop();
            }
        }
    }

    private void note(@Nullable ColumnBatch batch) {
        if (batch != null) {
            draft.add(batch);
        } else if (clock.isOver()) {
            draft.drop();
        } else {
            draft.keep();
        }
    }

    @Override
    public void cancel() {
        query.cancel();
    }

    @Override
    public void close() {
        draft.drop();
        query.close();
    }
}
