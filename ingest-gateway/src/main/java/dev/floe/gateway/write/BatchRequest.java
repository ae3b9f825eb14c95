package dev.floe.gateway.write;

import dev.floe.wire.v1.Batch;

/** A batch for a table of the caller's tenant; schema version 0 means whichever is current. */
public record BatchRequest(String table, Batch batch, int schemaVersion) {}
