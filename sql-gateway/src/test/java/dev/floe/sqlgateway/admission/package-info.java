/** Tests of admission. */
@NullMarked
package dev.floe.sqlgateway.admission;

import org.jspecify.annotations.NullMarked;
