/** Tests of JDBC with Avatica's own driver. */
@NullMarked
package dev.floe.sqlgateway.jdbc;

import org.jspecify.annotations.NullMarked;
