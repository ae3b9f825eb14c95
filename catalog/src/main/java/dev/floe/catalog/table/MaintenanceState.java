package dev.floe.catalog.table;

import java.util.Optional;

/** A table's newest maintenance that a person asked for, and its newest that ran by itself. */
public record MaintenanceState(Optional<MaintenanceRun> asked, Optional<MaintenanceRun> byItself) {}
