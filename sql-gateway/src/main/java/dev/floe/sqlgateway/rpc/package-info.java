/** QueryService over gRPC. */
@NullMarked
package dev.floe.sqlgateway.rpc;

import org.jspecify.annotations.NullMarked;
