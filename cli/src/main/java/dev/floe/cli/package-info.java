/** The floe command: parses, connects, prints, and maps failures to exit codes. */
@NullMarked
package dev.floe.cli;

import org.jspecify.annotations.NullMarked;
