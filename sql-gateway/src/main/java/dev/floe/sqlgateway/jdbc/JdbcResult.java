package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.value.BatchSlices;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.avatica.Meta.Frame;
import org.jspecify.annotations.Nullable;

/**
 * An open result, read frame by frame; used under its statement's lock, but for {@link #cancel}.
 *
 * <p>Keeps the last frame, since the driver asks again for one whose answer was lost. Where rows can no longer be had
 * it says why: the driver would take anything milder for the end of the result.
 */
final class JdbcResult {
    private final QueryCursor cursor;
    private final Admission.Place place;
    private final TimeForm form;
    private final long rowsMax;
    private final int responseBytes;
    private final long deadlineNanos;

    private @Nullable BatchSlices slices;
    private @Nullable Frame last;
    private @Nullable FloeException failure;
    private long position;
    private boolean done;

    /** {@code rowsMax} is where the result is cut silently, as JDBC has it. */
    JdbcResult(
            QueryCursor cursor, Admission.Place place, TimeForm form, long rowsMax, int responseBytes, Duration time) {
        this.cursor = cursor;
        this.place = place;
        this.form = form;
        this.rowsMax = rowsMax;
        this.responseBytes = responseBytes;
        this.deadlineNanos = System.nanoTime() + time.toNanos();
    }

    List<ResultColumn> columns() {
        return cursor.columns();
    }

    boolean isLate() {
        return !done && System.nanoTime() - deadlineNanos > 0;
    }

    /** The rows from an offset on: the next ones, or the last ones again. */
    Frame frame(long offset, int frameRows) {
        Frame before = last;
        if (before != null && before.offset == offset) {
            return before;
        }
        if (failure != null) {
            throw failure;
        }
        if (offset != position) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT, "the result was read up to row " + position + ", not " + offset)
                    .advise("run the statement again");
        }
        try {
            Frame frame = new Frame(offset, done, rows(frameRows));
            if (done) {
                close();
            }
            last = new Frame(offset, done, frame.rows);
            return last;
        } catch (FloeException e) {
            fail(e);
            throw e;
        } catch (RuntimeException | Error e) {
            fail(new FloeException(ErrorCode.DEFECT, "the query failed", e));
            throw e;
        }
    }

    private List<Object> rows(int frameRows) {
        List<Object> rows = new ArrayList<>();
        int wanted = (int) Math.min(frameRows, rowsMax - position);
        if (wanted > 0 && hasSlice()) {
            add(nextSlice(wanted), rows);
        }
        position += rows.size();
        done = done || position >= rowsMax || !hasSlice();
        return rows;
    }

    /** Looks one batch ahead, so that a result's last frame says that it is. */
    private boolean hasSlice() {
        while (slices == null || !slices.hasNext()) {
            ColumnBatch batch = done ? null : cursor.next();
            if (batch == null) {
                done = true;
                return false;
            }
            slices = new BatchSlices(batch, responseBytes);
        }
        return true;
    }

    private ColumnBatch nextSlice(int rows) {
        BatchSlices open = slices;
        if (open == null) {
            throw new IllegalStateException("there is no slice");
        }
        return open.next(rows);
    }

    private void add(ColumnBatch batch, List<Object> rows) {
        List<ResultColumn> columns = cursor.columns();
        for (int row = 0; row < batch.rowCount(); row++) {
            @Nullable Object[] values = new @Nullable Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                Vector vector = batch.column(i);
                if (vector == null) {
                    throw new IllegalStateException("the engine's batch lacks column " + i);
                }
                values[i] = JdbcValues.value(vector, columns.get(i).type(), row, form);
            }
            rows.add(Arrays.asList(values));
        }
    }

    /** Makes a running call end soon; for any thread. */
    void cancel() {
        cursor.cancel();
    }

    /** Lets go of everything; what is asked for later fails as given. */
    void fail(FloeException why) {
        if (failure == null) {
            failure = why;
        }
        last = null;
        close();
    }

    void close() {
        done = true;
        slices = null;
        try {
            cursor.close();
        } finally {
            place.close();
        }
    }
}
