/** Forms of values as text that all ways in agree on. */
@NullMarked
package dev.floe.core.text;

import org.jspecify.annotations.NullMarked;
