/** The query engine: Calcite plans, scans of Iceberg snapshots, key lookups. */
@NullMarked
package dev.floe.sql;

import org.jspecify.annotations.NullMarked;
