/** Running plans: cursors, limits, cancellation. */
@NullMarked
package dev.floe.sql.exec;

import org.jspecify.annotations.NullMarked;
