/** Spark as a reader of Floe's tables. */
@NullMarked
package dev.floe.it.spark;

import org.jspecify.annotations.NullMarked;
