/** Admission: bounded memory, bounded disk. */
@NullMarked
package dev.floe.gateway.flow;

import org.jspecify.annotations.NullMarked;
