/** Checked batches on their way into the log. */
@NullMarked
package dev.floe.gateway.write;

import org.jspecify.annotations.NullMarked;
