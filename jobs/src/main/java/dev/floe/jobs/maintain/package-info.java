/** The Flink job maintenance: which tables are due, and their maintenance. */
@NullMarked
package dev.floe.jobs.maintain;

import org.jspecify.annotations.NullMarked;
