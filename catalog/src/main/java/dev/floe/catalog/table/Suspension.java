package dev.floe.catalog.table;

import dev.floe.core.error.ErrorCode;
import java.time.Instant;

/** Why and since when a table is not written; its entries stay in the log. */
public record Suspension(ErrorCode code, String message, String action, Instant since) {}
