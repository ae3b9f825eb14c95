/** A JDBC driver: Avatica's, with shorter URLs and primary keys. */
@NullMarked
package dev.floe.sqlgateway.driver;

import org.jspecify.annotations.NullMarked;
