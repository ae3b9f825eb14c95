/** Tests of the whole, with real parts in process. */
@NullMarked
package dev.floe.it;

import org.jspecify.annotations.NullMarked;
