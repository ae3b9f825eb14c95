package dev.floe.catalog.table;

import dev.floe.storage.sidecar.IndexFields;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** An index that files are to have, or where it was dropped, to be rid of. */
public record IndexOrder(UUID tableId, IndexFields fields, Optional<Instant> droppedAt) {}
