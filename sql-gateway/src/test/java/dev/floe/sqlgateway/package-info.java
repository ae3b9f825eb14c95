/** Tests of the query servers over an engine in memory. */
@NullMarked
package dev.floe.sqlgateway;

import org.jspecify.annotations.NullMarked;
