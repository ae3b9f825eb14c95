package dev.floe.sql.engine;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.time.Duration;

/** What one query may use: rows returned, time from start to last row, rows of one batch. */
public record QueryLimits(long rowsMax, Duration timeMax, int batchRowsMax) {
    /** Throws ROW_LIMIT_EXCEEDED where so many rows are more than may be returned. */
    public void checkRows(long rows) {
        if (rows > rowsMax) {
            throw new FloeException(ErrorCode.ROW_LIMIT_EXCEEDED, "the result has more than " + rowsMax + " rows")
                    .advise("add a LIMIT or a condition, or ask for a higher limit");
        }
    }
}
