/** How much may run at once, overall and for each tenant, and who waits for its turn. */
@NullMarked
package dev.floe.sqlgateway.admission;

import org.jspecify.annotations.NullMarked;
