/** Tests of the JDBC driver. */
@NullMarked
package dev.floe.sqlgateway.driver;

import org.jspecify.annotations.NullMarked;
