/** One harness for faults: a seeded nemesis, clients with a history, and a checker that knows neither. */
@NullMarked
package dev.floe.it.chaos;

import org.jspecify.annotations.NullMarked;
