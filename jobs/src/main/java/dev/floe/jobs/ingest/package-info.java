/** The Flink job {@code ingest}: from the log to Iceberg tables. */
@NullMarked
package dev.floe.jobs.ingest;

import org.jspecify.annotations.NullMarked;
