/** The log's tail: entries that no snapshot contains yet, as reads want them. */
@NullMarked
package dev.floe.sql.tail;

import org.jspecify.annotations.NullMarked;
