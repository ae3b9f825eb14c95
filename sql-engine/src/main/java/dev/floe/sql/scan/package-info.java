/** Scans of snapshots: pruned files, live rows, key lookups. */
@NullMarked
package dev.floe.sql.scan;

import org.jspecify.annotations.NullMarked;
