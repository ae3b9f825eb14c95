/** Query servers: gRPC and JDBC over one query engine. */
@NullMarked
package dev.floe.sqlgateway;

import org.jspecify.annotations.NullMarked;
