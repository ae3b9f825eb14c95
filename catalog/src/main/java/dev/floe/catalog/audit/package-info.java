/** Who changed what, and when. */
@NullMarked
package dev.floe.catalog.audit;

import org.jspecify.annotations.NullMarked;
