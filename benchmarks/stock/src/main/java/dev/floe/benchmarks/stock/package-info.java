/** The stock pipeline that benchmarks compare with. */
@NullMarked
package dev.floe.benchmarks.stock;

import org.jspecify.annotations.NullMarked;
