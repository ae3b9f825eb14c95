/** Tests of value. */
@NullMarked
package dev.floe.sqlgateway.value;

import org.jspecify.annotations.NullMarked;
