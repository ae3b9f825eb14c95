/** Reads files of rows and sends them to a table. */
@NullMarked
package dev.floe.cli.ingest;

import org.jspecify.annotations.NullMarked;
