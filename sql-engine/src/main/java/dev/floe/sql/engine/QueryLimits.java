package dev.floe.sql.engine;

import java.time.Duration;

/** What one query may use: rows returned, time from start to last row, rows of one batch. */
public record QueryLimits(long rowsMax, Duration timeMax, int batchRowsMax) {}
