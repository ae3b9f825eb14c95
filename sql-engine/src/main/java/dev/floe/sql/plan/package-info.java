/** Parsing, validation and planning: SQL text to an executable plan over pushed-down scans. */
@NullMarked
package dev.floe.sql.plan;

import org.jspecify.annotations.NullMarked;
