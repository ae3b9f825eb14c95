/** Reads of every kind while accounts are changed as fast as they can be, each held against a model. */
@NullMarked
package dev.floe.it.fire;

import org.jspecify.annotations.NullMarked;
