/** Everything in one process: the composition root, its data folder and its server. */
@NullMarked
package dev.floe.standalone;

import org.jspecify.annotations.NullMarked;
