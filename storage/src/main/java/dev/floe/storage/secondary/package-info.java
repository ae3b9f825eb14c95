/** Secondary indexes of data files: written with runs and merges, read, or made anew from the files' columns. */
@NullMarked
package dev.floe.storage.secondary;

import org.jspecify.annotations.NullMarked;
