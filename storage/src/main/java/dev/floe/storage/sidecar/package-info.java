/** Index sidecars: per data file, the sorted hashes of its keys with their positions. */
@NullMarked
package dev.floe.storage.sidecar;

import org.jspecify.annotations.NullMarked;
