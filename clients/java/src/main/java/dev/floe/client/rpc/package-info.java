/** The client's calls over gRPC; the only package that sees generated protobuf. */
@NullMarked
package dev.floe.client.rpc;

import org.jspecify.annotations.NullMarked;
