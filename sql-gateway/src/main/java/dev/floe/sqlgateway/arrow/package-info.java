/** Results as Arrow IPC streams. */
@NullMarked
package dev.floe.sqlgateway.arrow;

import org.jspecify.annotations.NullMarked;
