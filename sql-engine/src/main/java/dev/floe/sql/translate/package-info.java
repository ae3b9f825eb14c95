/** Calcite's plans as DuckDB's SQL, where both mean the same. */
@NullMarked
package dev.floe.sql.translate;

import org.jspecify.annotations.NullMarked;
