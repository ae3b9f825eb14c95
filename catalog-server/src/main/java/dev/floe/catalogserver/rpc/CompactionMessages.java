package dev.floe.catalogserver.rpc;

import dev.floe.catalog.table.CompactionState;
import dev.floe.catalog.table.Suspension;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.storage.compact.CompactionFigures;
import dev.floe.wire.v1.TableCompaction;
import dev.floe.wire.v1.TableDescription;
import java.util.Optional;

/** Tables' compactions as messages. */
final class CompactionMessages {
    private static final double MILLIS_A_SECOND = 1e3;

    private CompactionMessages() {}

    /** Throws where a full compaction of the table would wait for a person. */
    static void requireAble(TableName name, CompactionState state, Optional<Suspension> suspension) {
        if (state.paused()) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT, "the compaction of table " + name.table() + " is paused")
                    .at("table")
                    .advise("resume it first: floe compact " + name.table() + " --resume");
        }
        requireNotSuspended(name, suspension);
    }

    /** Throws for a suspended table, which is left alone. */
    static void requireNotSuspended(TableName name, Optional<Suspension> suspension) {
        if (suspension.isPresent()) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "table " + name.table() + " is suspended with "
                                    + suspension.get().code())
                    .at("table")
                    .advise("describe the table, which says what to do, and resume it first");
        }
    }

    /** The description with the compaction, where anybody ever asked anything of it. */
    static TableDescription add(TableDescription description, CompactionState state, boolean withError) {
        if (!state.paused() && state.newest().isEmpty()) {
            return description;
        }
        TableCompaction.Builder compaction = TableCompaction.newBuilder().setPaused(state.paused());
        state.newest().ifPresent(full -> add(compaction, full, withError));
        return description.toBuilder().setCompaction(compaction).build();
    }

    private static void add(TableCompaction.Builder compaction, CompactionState.Full full, boolean withError) {
        CompactionFigures figures = full.figures();
        compaction
                .setRequest(full.request())
                .setRunning(full.doneAt().isEmpty())
                .setRequestedAtMicros(TableMessages.micros(full.requestedAt()))
                .setDoneAtMicros(full.doneAt().map(TableMessages::micros).orElse(0L))
                .setBuckets(full.buckets())
                .setBucketsDone(full.bucketsDone())
                .setRowsIn(figures.rowsIn())
                .setRowsOut(figures.rowsOut())
                .setBytesIn(figures.bytesIn())
                .setBytesOut(figures.bytesOut())
                .setMergeSeconds(figures.millis() / MILLIS_A_SECOND)
                .setLastError(withError ? full.lastError() : "");
    }
}
