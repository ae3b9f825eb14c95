/** Follows the log's topic in Kafka. */
@NullMarked
package dev.floe.sql.tail.log;

import org.jspecify.annotations.NullMarked;
