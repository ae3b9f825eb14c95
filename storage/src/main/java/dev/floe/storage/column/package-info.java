/** Columns of values in primitive arrays: what moves between gateway, log, memtable and pages. */
@NullMarked
package dev.floe.storage.column;

import org.jspecify.annotations.NullMarked;
