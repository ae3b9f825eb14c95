/** Looks for what would keep a server from starting or running well. */
@NullMarked
package dev.floe.standalone.doctor;

import org.jspecify.annotations.NullMarked;
