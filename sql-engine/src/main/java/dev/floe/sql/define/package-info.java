/** Statements that define tables: CREATE, ALTER and DROP. */
@NullMarked
package dev.floe.sql.define;

import org.jspecify.annotations.NullMarked;
