/** Client streams within the log: which rows of which stream an entry has, and which of them a bucket has already. */
@NullMarked
package dev.floe.storage.stream;

import org.jspecify.annotations.NullMarked;
