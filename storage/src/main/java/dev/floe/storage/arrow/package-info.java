/** Arrow's IPC format, read without trust in what it states. */
@NullMarked
package dev.floe.storage.arrow;

import org.jspecify.annotations.NullMarked;
