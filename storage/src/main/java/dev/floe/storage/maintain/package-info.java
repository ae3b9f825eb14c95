/** Maintenance of a table's metadata and files, beside its committer: expiry, orphans, manifests. */
@NullMarked
package dev.floe.storage.maintain;

import org.jspecify.annotations.NullMarked;
