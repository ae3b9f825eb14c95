/** Conversions between wire messages and storage's own types. */
@NullMarked
package dev.floe.storage.wire;

import org.jspecify.annotations.NullMarked;
