/** Tests of metrics. */
@NullMarked
package dev.floe.sqlgateway.metrics;

import org.jspecify.annotations.NullMarked;
