/** Tests of QueryService. */
@NullMarked
package dev.floe.sqlgateway.rpc;

import org.jspecify.annotations.NullMarked;
