/** What the query servers count, in the form that Prometheus reads. */
@NullMarked
package dev.floe.sqlgateway.metrics;

import org.jspecify.annotations.NullMarked;
