/** Rows of a bucket that are not in a file yet. */
@NullMarked
package dev.floe.storage.memtable;

import org.jspecify.annotations.NullMarked;
