/** Queries and key lookups over the catalog's tables. */
@NullMarked
package dev.floe.sql.engine;

import org.jspecify.annotations.NullMarked;
