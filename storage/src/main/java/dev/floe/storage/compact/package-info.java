/** Compaction of a bucket's runs: which to merge, and the merging. */
@NullMarked
package dev.floe.storage.compact;

import org.jspecify.annotations.NullMarked;
