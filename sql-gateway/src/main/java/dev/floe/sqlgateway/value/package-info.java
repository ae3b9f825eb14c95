/** Values that callers send, taken into the types that queries expect. */
@NullMarked
package dev.floe.sqlgateway.value;

import org.jspecify.annotations.NullMarked;
