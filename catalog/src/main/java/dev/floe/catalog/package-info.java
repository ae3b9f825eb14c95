/** The catalog: one SQL database with Floe's tables and the Iceberg JDBC catalog. */
@NullMarked
package dev.floe.catalog;

import org.jspecify.annotations.NullMarked;
