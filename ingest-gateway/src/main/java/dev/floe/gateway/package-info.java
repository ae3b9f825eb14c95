/** gRPC ingest: authenticates, validates and splits batches, and writes them to the log. */
@NullMarked
package dev.floe.gateway;

import org.jspecify.annotations.NullMarked;
