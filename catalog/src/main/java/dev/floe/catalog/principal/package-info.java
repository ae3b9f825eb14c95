/** Tenants, API keys and roles. */
@NullMarked
package dev.floe.catalog.principal;

import org.jspecify.annotations.NullMarked;
