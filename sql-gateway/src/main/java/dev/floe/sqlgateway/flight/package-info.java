/** Flight SQL: Arrow's protocol for ADBC and Arrow's own clients, over the same engine and places. */
@NullMarked
package dev.floe.sqlgateway.flight;

import org.jspecify.annotations.NullMarked;
