package dev.floe.gateway.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Positions of streams, made by applying claims and progress in the order of their log.
 *
 * <p>Invariant: two tables that applied the same records in the same order are equal, also where one of them missed
 * records that a later one of the same stream and epoch replaces (the log is compacted by that). A writer's progress
 * counts while no later writer has claimed the stream. Once claimed, the stream stands where it stood until the new
 * writer's first progress says where it begins; progress of the writer before that comes in between is true of the log,
 * and moves that beginning, but is not accepted.
 */
final class StreamTable {
    /** In place of an offset: a claim. */
    static final long CLAIM = -1;

    @GuardedBy("this")
    private final Map<StreamName, State> states = new HashMap<>();

    @GuardedBy("this")
    private final Map<UUID, Integer> sizes = new HashMap<>();

    @GuardedBy("this")
    private long newestMillis;

    private static final class State {
        private long claimed;
        private long writer;
        private long next;
        private Map<Integer, Long> offsets = Map.of();
        private long seenMillis;
    }

    /** Applies a record; true where its writer is the stream's newest. */
    synchronized boolean apply(StreamName stream, StreamPosition record, long millis) {
        State state = states.get(stream);
        if (state == null) {
            state = new State();
            states.put(stream, state);
            sizes.merge(stream.tableId(), 1, Integer::sum);
        }
        newestMillis = Math.max(newestMillis, millis);
        state.seenMillis = newestMillis;
        boolean accepted = record.epoch() >= state.claimed;
        if (accepted) {
            state.claimed = record.epoch();
        }
        if (record.next() == CLAIM) {
            return accepted;
        }
        boolean later = record.epoch() > state.writer;
        boolean further = record.epoch() == state.writer && record.next() > state.next;
        if ((accepted || state.writer < state.claimed) && (later || further)) {
            state.next = record.next();
            state.offsets = record.offsets();
            state.writer = record.epoch();
        }
        return accepted;
    }

    /** The position, with the epoch of the newest claim. */
    synchronized StreamPosition position(StreamName stream) {
        State state = states.get(stream);
        return state == null ? StreamPosition.UNKNOWN : new StreamPosition(state.claimed, state.next, state.offsets);
    }

    /** Forgets streams without a record for so long. */
    synchronized void forget(long lifetimeMillis) {
        long since = newestMillis - lifetimeMillis;
        states.values().removeIf(state -> state.seenMillis < since);
        sizes.clear();
        for (StreamName stream : states.keySet()) {
            sizes.merge(stream.tableId(), 1, Integer::sum);
        }
    }

    synchronized boolean isKnown(StreamName stream) {
        return states.containsKey(stream);
    }

    synchronized int size() {
        return states.size();
    }

    /** Streams of one table. */
    synchronized int size(UUID tableId) {
        return sizes.getOrDefault(tableId, 0);
    }
}
