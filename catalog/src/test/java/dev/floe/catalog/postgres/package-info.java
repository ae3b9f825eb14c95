/** A real PostgreSQL for tests. */
@NullMarked
package dev.floe.catalog.postgres;

import org.jspecify.annotations.NullMarked;
