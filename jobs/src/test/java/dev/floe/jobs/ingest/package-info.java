/** The job's parts by themselves. */
@NullMarked
package dev.floe.jobs.ingest;

import org.jspecify.annotations.NullMarked;
