/** The embedded Flink cluster and the job it runs. */
@NullMarked
package dev.floe.standalone.flink;

import org.jspecify.annotations.NullMarked;
