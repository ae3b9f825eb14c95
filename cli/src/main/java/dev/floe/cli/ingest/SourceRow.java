package dev.floe.cli.ingest;

import dev.floe.core.error.FloeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of the input, numbered from 1 as a person counts them. */
sealed interface SourceRow {
    long number();

    /** A row that can be sent: the columns that it has, its values in their order, and its size in the input. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Good(long number, List<String> columns, @Nullable Object[] values, int bytes) implements SourceRow {}

    /** A row that can't, and why. */
    record Bad(long number, FloeException why) implements SourceRow {}
}
