package dev.floe.sql;

import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.TailSettings;

/** What an engine over snapshots and the log may use. */
public record EngineSettings(TailSettings tail, ScanSettings scans, ResultSettings results) {}
