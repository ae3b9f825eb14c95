/** Named places where tests make a process die or fail. */
@NullMarked
package dev.floe.core.fault;

import org.jspecify.annotations.NullMarked;
