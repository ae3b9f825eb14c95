/** Commands on tables, tenants, keys and the server's status. */
@NullMarked
package dev.floe.cli.catalog;

import org.jspecify.annotations.NullMarked;
