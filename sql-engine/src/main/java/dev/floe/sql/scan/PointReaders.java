package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.PageTally;
import dev.floe.storage.run.PointReader;
import dev.floe.storage.run.RowsAt;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Data files that rows were read from lately, still open; safe for use by several threads.
 *
 * <p>A reader serves one thread at a time, so as many are open of a file as threads read it at once; they share the
 * pages.
 */
final class PointReaders {
    private static final int FILES_MAX = 256;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(5);

    private final Cache<String, Deque<PointReader>> idle = Caffeine.newBuilder()
            .maximumSize(FILES_MAX)
            .expireAfterAccess(UNUSED_MAX)
            .removalListener((@Nullable String location, @Nullable Deque<PointReader> readers, RemovalCause cause) -> {
                if (readers != null) {
                    closeAll(readers);
                }
            })
            .build();

    private final PageCache pages = new PageCache();

    /** The rows of a file at positions that rise, dead or not. Throws DATA_UNREADABLE. */
    ColumnBatch rows(FileIO io, LiveFile file, Schema projection, long[] positions, PageTally tally) {
        Deque<PointReader> readers = idle.get(file.location(), first -> new ConcurrentLinkedDeque<>());
        PointReader reader = readers.poll();
        if (reader == null) {
            reader = new PointReader(io.newInputFile(file.file()), pages);
        }
        boolean sound = false;
        try {
            ColumnBatch rows;
            if (reader.reads(projection)) {
                rows = reader.rows(projection, positions, tally);
            } else {
                tally.unpaged();
                rows = RowsAt.read(io.newInputFile(file.file()), projection, positions);
            }
            sound = true;
            return rows;
        } finally {
            if (sound) {
                readers.push(reader);
            } else {
                reader.close();
            }
            if (idle.getIfPresent(file.location()) != readers) {
                // they were let go of meanwhile, perhaps before this one came back
                closeAll(readers);
            }
        }
    }

    void close() {
        idle.asMap().values().forEach(PointReaders::closeAll);
        idle.invalidateAll();
    }

    private static void closeAll(Deque<PointReader> readers) {
        PointReader reader = readers.poll();
        while (reader != null) {
            reader.close();
            reader = readers.poll();
        }
    }
}
