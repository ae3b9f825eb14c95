/** Pages of flat Parquet columns, encoded from vectors a column at a time. */
@NullMarked
package dev.floe.storage.page;

import org.jspecify.annotations.NullMarked;
