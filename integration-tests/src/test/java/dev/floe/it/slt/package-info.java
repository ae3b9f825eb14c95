/** SQLite's sqllogictest, run through JDBC. */
@NullMarked
package dev.floe.it.slt;

import org.jspecify.annotations.NullMarked;
