/** Tests of how the client speaks gRPC. */
@NullMarked
package dev.floe.client.rpc;

import org.jspecify.annotations.NullMarked;
