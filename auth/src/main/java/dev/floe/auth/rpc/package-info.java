/** Authentication, errors and limits at the gRPC edge. */
@NullMarked
package dev.floe.auth.rpc;

import org.jspecify.annotations.NullMarked;
