/** The key index: where the live row of each key is. */
@NullMarked
package dev.floe.storage.index;

import org.jspecify.annotations.NullMarked;
