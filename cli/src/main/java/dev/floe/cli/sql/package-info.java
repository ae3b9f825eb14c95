/** Statements from the command line, files and a shell. */
@NullMarked
package dev.floe.cli.sql;

import org.jspecify.annotations.NullMarked;
