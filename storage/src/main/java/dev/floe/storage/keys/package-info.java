/** Key tables: old locations for new ones, a batch at a time, in memory or over sidecars. */
@NullMarked
package dev.floe.storage.keys;

import org.jspecify.annotations.NullMarked;
