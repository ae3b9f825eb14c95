/** Tests of Arrow results. */
@NullMarked
package dev.floe.sqlgateway.arrow;

import org.jspecify.annotations.NullMarked;
