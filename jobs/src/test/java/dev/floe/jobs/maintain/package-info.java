/** The job's parts by themselves. */
@NullMarked
package dev.floe.jobs.maintain;

import org.jspecify.annotations.NullMarked;
