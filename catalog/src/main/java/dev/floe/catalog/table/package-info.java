/** Tables: their definitions, versions and Iceberg tables. */
@NullMarked
package dev.floe.catalog.table;

import org.jspecify.annotations.NullMarked;
