package dev.floe.jobs.ingest;

import dev.floe.storage.log.LogEntryHeader;
import dev.floe.storage.stream.StreamWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The streams of the buckets of one subtask; a bucket without streams takes no memory. */
final class StreamWindows {
    private final Duration lifetime;
    private final Map<BucketKey, StreamWindow> windows = new HashMap<>();

    StreamWindows(Duration lifetime) {
        this.lifetime = lifetime;
    }

    void restore(StreamState state) {
        windows.put(state.key(), StreamWindow.decode(state.window(), lifetime));
    }

    List<StreamState> states() {
        List<StreamState> states = new ArrayList<>();
        windows.forEach((key, window) -> {
            byte[] bytes = window.encode();
            if (window.size() > 0) {
                states.add(new StreamState(
                        key.tableId().getMostSignificantBits(),
                        key.tableId().getLeastSignificantBits(),
                        key.bucket(),
                        bytes));
            }
        });
        return states;
    }

    /**
     * The rows of an entry that its bucket has already, or null where it has none; each entry is to be shown once.
     *
     * @param newLog whether the bucket goes on in another log than its table's before
     */
    @Nullable
    BitSet repeated(BucketEntry entry, LogEntryHeader header, boolean newLog) {
        StreamWindow window = windows.get(entry.key());
        if (window == null) {
            if (header.streams().isEmpty()) {
                return null;
            }
            window = new StreamWindow(lifetime);
            if (entry.beginOffset() > 0 || newLog) {
                window.startedLate(entry.beginMillis());
            }
            windows.put(entry.key(), window);
        }
        return window.repeated(entry.offset(), entry.timestamp(), header.streams());
    }

    /** Says that an entry can't be read: its rows are missing in the streams that it had. */
    void missed(BucketEntry entry) {
        StreamWindow window = windows.get(entry.key());
        if (window != null) {
            window.missed(entry.offset(), entry.timestamp());
        }
    }

    void forget(BucketKey key) {
        windows.remove(key);
    }

    long rowsRepeated() {
        return windows.values().stream().mapToLong(StreamWindow::rowsRepeated).sum();
    }

    long entriesFenced() {
        return windows.values().stream().mapToLong(StreamWindow::entriesFenced).sum();
    }

    long entriesUnlinked() {
        return windows.values().stream()
                .mapToLong(StreamWindow::entriesUnlinked)
                .sum();
    }

    int streamCount() {
        return windows.values().stream().mapToInt(StreamWindow::size).sum();
    }
}
