/** Assignment of rows to buckets. */
@NullMarked
package dev.floe.storage.bucket;

import org.jspecify.annotations.NullMarked;
