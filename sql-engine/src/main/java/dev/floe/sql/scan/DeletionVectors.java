package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Deletion vectors read lately, by the place of their bytes, which never change; safe for use by several threads.
 *
 * <p>Memory is bounded; one that was dropped is read again.
 */
final class DeletionVectors {
    private static final long BYTES_MAX = 256L << 20;
    private static final int ENTRY_BYTES = 256;

    private final Cache<Place, DeadRows> cache = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((Place place, DeadRows dead) -> (int) Math.min(Integer.MAX_VALUE, ENTRY_BYTES + dead.bytes()))
            .build();

    private record Place(String location, long offset) {}

    /** The dead rows of a file, or null where it has none. Throws TABLE_CHANGED, DATA_UNREADABLE. */
    @Nullable
    DeadRows of(FileIO io, LiveFile file) {
        if (file.deletes().isEmpty()) {
            return null;
        }
        file.requirePositions();
        DeleteFile first = file.deletes().get(0);
        Long offset = first.contentOffset();
        return first.format() == FileFormat.PUFFIN && offset != null
                ? cache.get(new Place(first.location(), offset), place -> load(io, file))
                : load(io, file);
    }

    private static DeadRows load(FileIO io, LiveFile file) {
        PositionDeleteIndex dead;
        try {
            dead = new BaseDeleteLoader(io::newInputFile).loadPositionDeletes(file.deletes(), file.location());
        } catch (FloeException e) {
            throw e;
        } catch (RuntimeException e) {
            // a file that is gone, and whatever Iceberg's reader meets damage with
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
        DeleteFile first = file.deletes().get(0);
        if (first.format() == FileFormat.PUFFIN && dead.cardinality() != first.recordCount()) {
            throw unreadable(file, dead.cardinality() + " positions, not " + first.recordCount(), null);
        }
        return DeadRows.of(dead);
    }

    private static FloeException unreadable(LiveFile file, String why, @Nullable RuntimeException cause) {
        String vector = name(file.deletes().get(0).location());
        return new FloeException(
                        ErrorCode.DATA_UNREADABLE,
                        "can't read the deletion vector of " + name(file.location()) + " in " + vector + ": " + why,
                        cause)
                .advise("bring " + vector + " back from a backup");
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
