/** Stable error codes and the one exception that carries them. */
@NullMarked
package dev.floe.core.error;

import org.jspecify.annotations.NullMarked;
