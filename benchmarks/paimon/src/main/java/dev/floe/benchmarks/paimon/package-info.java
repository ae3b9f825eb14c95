/** Paimon that benchmarks compare with. */
@NullMarked
package dev.floe.benchmarks.paimon;

import org.jspecify.annotations.NullMarked;
