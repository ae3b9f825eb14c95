/** Batches of columns as Arrow's record batches. */
@NullMarked
package dev.floe.sql.arrow;

import org.jspecify.annotations.NullMarked;
