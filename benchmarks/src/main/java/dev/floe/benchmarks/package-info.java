/** End-to-end and JMH benchmarks. */
@NullMarked
package dev.floe.benchmarks;

import org.jspecify.annotations.NullMarked;
