package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The files of snapshots read lately; safe for use by several threads.
 *
 * <p>Invariant: what a snapshot holds never changes, so an entry is never wrong, only forgotten. A snapshot that is
 * not here is made from the nearest ancestor that is, by what each snapshot between them changed.
 */
final class SnapshotCache {
    /** Each file is counted as this much, though snapshots of a table share most of theirs. */
    private static final int FILE_BYTES = 1_024;

    private static final long BYTES_MAX = 256L << 20;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(30);
    private static final int ANCESTORS_MAX = 64;

    private final AtomicLong wholeLoads = new AtomicLong();
    private final Cache<Key, SnapshotFiles> cache = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((Key key, SnapshotFiles files) -> FILE_BYTES * (1 + files.count()))
            .expireAfterAccess(UNUSED_MAX)
            .build();

    private record Key(UUID tableId, long snapshotId) {}

    /** The files of a snapshot of a table, or none without one. Throws DATA_UNREADABLE. */
    SnapshotFiles of(UUID tableId, Table table, @Nullable Snapshot snapshot) {
        return snapshot == null
                ? SnapshotFiles.NONE
                : cache.get(new Key(tableId, snapshot.snapshotId()), key -> load(key, table, snapshot));
    }

    /** Snapshots whose manifests were all read, for want of an ancestor. */
    long wholeLoads() {
        return wholeLoads.get();
    }

    private SnapshotFiles load(Key key, Table table, Snapshot snapshot) {
        Deque<Snapshot> younger = new ArrayDeque<>();
        Snapshot ancestor = snapshot;
        SnapshotFiles files = null;
        while (files == null && ancestor != null && younger.size() < ANCESTORS_MAX) {
            younger.push(ancestor);
            Long parent = ancestor.parentId();
            ancestor = parent == null ? null : table.snapshot(parent);
            files = ancestor == null ? null : cache.getIfPresent(new Key(key.tableId, ancestor.snapshotId()));
        }
        while (files != null && !younger.isEmpty()) {
            files = files.after(table, younger.pop());
        }
        if (files == null) {
            wholeLoads.incrementAndGet();
            files = SnapshotFiles.load(table, snapshot);
        }
        return files;
    }
}
