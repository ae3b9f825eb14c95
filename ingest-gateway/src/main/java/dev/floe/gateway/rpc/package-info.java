/** The ingest service. */
@NullMarked
package dev.floe.gateway.rpc;

import org.jspecify.annotations.NullMarked;
