/** Turns batches in any form into checked columns. */
@NullMarked
package dev.floe.gateway.convert;

import org.jspecify.annotations.NullMarked;
