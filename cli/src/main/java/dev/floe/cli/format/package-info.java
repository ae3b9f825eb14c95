/** Results as text for people and for programs. */
@NullMarked
package dev.floe.cli.format;

import org.jspecify.annotations.NullMarked;
