/** Entries of the log and their codec. */
@NullMarked
package dev.floe.storage.log;

import org.jspecify.annotations.NullMarked;
