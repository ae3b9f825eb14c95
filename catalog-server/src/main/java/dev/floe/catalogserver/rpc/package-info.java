/** CatalogService of floe.v1 over the catalog. */
@NullMarked
package dev.floe.catalogserver.rpc;

import org.jspecify.annotations.NullMarked;
