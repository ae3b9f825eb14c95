/** Sums of what happened, by name. */
@NullMarked
package dev.floe.core.count;

import org.jspecify.annotations.NullMarked;
