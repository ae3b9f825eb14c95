/** The log as the gateway writes it; the only package that sees Kafka. */
@NullMarked
package dev.floe.gateway.log;

import org.jspecify.annotations.NullMarked;
