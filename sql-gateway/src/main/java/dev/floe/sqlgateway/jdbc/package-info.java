/** JDBC through Avatica's protocol over HTTP. */
@NullMarked
package dev.floe.sqlgateway.jdbc;

import org.jspecify.annotations.NullMarked;
