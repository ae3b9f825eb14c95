/** Streams of writers: how far each is, who writes it, and which rows of it are durable. */
@NullMarked
package dev.floe.gateway.stream;

import org.jspecify.annotations.NullMarked;
