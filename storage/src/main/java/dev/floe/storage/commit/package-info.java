/** Commits of bucket changes to an Iceberg table. */
@NullMarked
package dev.floe.storage.commit;

import org.jspecify.annotations.NullMarked;
