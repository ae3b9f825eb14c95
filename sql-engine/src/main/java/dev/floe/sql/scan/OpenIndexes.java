package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.ValueIndex;
import java.time.Duration;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Secondary indexes of data files read lately; safe for use by several threads.
 *
 * <p>Those on a local disk are mapped and take no heap. That a file has none yet is remembered for a moment only.
 */
final class OpenIndexes {
    private static final long BYTES_MAX = 1L << 30;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(10);
    private static final Duration ABSENT_FOR = Duration.ofSeconds(5);
    private static final int ABSENT_MAX = 100_000;

    private final Cache<Place, OpenSidecar<ValueIndex>> open = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((Place place, OpenSidecar<ValueIndex> index) -> (int) Math.min(Integer.MAX_VALUE, index.bytes()))
            .expireAfterAccess(UNUSED_MAX)
            .build();
    private final Cache<Place, Boolean> absent = Caffeine.newBuilder()
            .maximumSize(ABSENT_MAX)
            .expireAfterWrite(ABSENT_FOR)
            .build();

    private record Place(String location, IndexFields fields) {}

    /** The index of a file, or null where it has none. One that is damaged is made anew. Throws DATA_UNREADABLE. */
    @Nullable
    OpenSidecar<ValueIndex> of(Table table, LiveFile file, IndexFields fields) {
        Place place = new Place(file.location(), fields);
        if (absent.getIfPresent(place) != null) {
            return null;
        }
        FileIndexes indexes = new FileIndexes(table.name(), table.io());
        OpenSidecar<ValueIndex> index = open.get(place, missing -> indexes.find(file.file(), fields, table.schema()));
        if (index == null) {
            absent.put(place, true);
        }
        return index;
    }
}
