package dev.floe.cli.ingest;

import dev.floe.core.error.FloeException;
import org.jspecify.annotations.Nullable;

/** A row of the input, numbered from 1 as a person counts them. */
sealed interface SourceRow {
    long number();

    /** A row that can be sent: its values in the source's column order, and its size in the input. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Good(long number, @Nullable Object[] values, int bytes) implements SourceRow {}

    /** A row that can't, and why. */
    record Bad(long number, FloeException why) implements SourceRow {}
}
