/** Names of tenants and tables, checked once where they come in. */
@NullMarked
package dev.floe.core.name;

import org.jspecify.annotations.NullMarked;
