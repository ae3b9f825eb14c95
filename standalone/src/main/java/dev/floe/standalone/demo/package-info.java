/** The demonstration: real flight records through the whole path, checked by another engine. */
@NullMarked
package dev.floe.standalone.demo;

import org.jspecify.annotations.NullMarked;
