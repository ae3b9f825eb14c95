/** The embedded log: a Kafka broker in a child process. */
@NullMarked
package dev.floe.standalone.broker;

import org.jspecify.annotations.NullMarked;
