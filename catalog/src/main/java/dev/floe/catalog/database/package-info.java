/** The catalog's SQL database: connections, transactions, migrations. */
@NullMarked
package dev.floe.catalog.database;

import org.jspecify.annotations.NullMarked;
