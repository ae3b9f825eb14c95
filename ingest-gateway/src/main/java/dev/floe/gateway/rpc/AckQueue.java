package dev.floe.gateway.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.wire.v1.AppendResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Answers of one stream, which finish in any order and leave in the order of their requests. */
final class AckQueue {
    /** Place of one request; answered once. */
    final class Slot {
        private final long bytes;

        /** Guarded by the queue. */
        private @Nullable AppendResponse response;

        private Slot(long bytes) {
            this.bytes = bytes;
        }

        void answer(AppendResponse answer) {
            synchronized (AckQueue.this) {
                response = answer;
            }
        }
    }

    @GuardedBy("this")
    private final Deque<Slot> slots = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    synchronized Slot add(long requestBytes) {
        Slot slot = new Slot(requestBytes);
        slots.add(slot);
        bytes += requestBytes;
        return slot;
    }

    /** Removes the oldest answer if it is there. */
    synchronized @Nullable AppendResponse poll() {
        Slot head = slots.peek();
        if (head == null || head.response == null) {
            return null;
        }
        slots.remove();
        bytes -= head.bytes;
        return head.response;
    }

    synchronized boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Bytes of the requests without an answer sent. */
    synchronized long bytes() {
        return bytes;
    }
}
