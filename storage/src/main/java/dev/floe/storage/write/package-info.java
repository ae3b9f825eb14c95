/** The bucket writer: memtable, key index, runs and deletion vectors of one bucket. */
@NullMarked
package dev.floe.storage.write;

import org.jspecify.annotations.NullMarked;
