/** Scans, joins and aggregates in DuckDB, which sees nothing but the files that it is given. */
@NullMarked
package dev.floe.sql.duckdb;

import org.jspecify.annotations.NullMarked;
