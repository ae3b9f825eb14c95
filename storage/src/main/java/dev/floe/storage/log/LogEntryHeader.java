package dev.floe.storage.log;

import java.util.UUID;

/** What can be known of an entry without decoding its columns. */
public record LogEntryHeader(UUID tableId, int schemaVersion, int bucket, int rowCount) {}
