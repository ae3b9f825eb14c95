/** How much may run at once, overall and for each tenant. */
@NullMarked
package dev.floe.sqlgateway.admission;

import org.jspecify.annotations.NullMarked;
