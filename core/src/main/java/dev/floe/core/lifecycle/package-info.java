/** Starting, checking and closing the parts of a process. */
@NullMarked
package dev.floe.core.lifecycle;

import org.jspecify.annotations.NullMarked;
