/** Tests of Flight SQL, with Arrow's own client. */
@NullMarked
package dev.floe.sqlgateway.flight;

import org.jspecify.annotations.NullMarked;
