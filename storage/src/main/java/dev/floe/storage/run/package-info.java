/** Runs: data files written from vectors, read back as key columns. */
@NullMarked
package dev.floe.storage.run;

import org.jspecify.annotations.NullMarked;
