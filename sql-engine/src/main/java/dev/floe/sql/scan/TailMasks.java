package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.sql.tail.TableTail;
import dev.floe.sql.tail.TailRows;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.write.BucketFileName;
import dev.floe.storage.write.FileKeys;
import dev.floe.storage.write.TableLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The rows of data files that a tail's keys hide, found in the files' sidecars; safe for use by several threads.
 *
 * <p>What a key hides in a file never changes, so each entry of the tail keeps what it found. Sidecars on a local disk
 * are mapped and take no heap.
 */
final class TailMasks {
    private static final long BYTES_MAX = 1L << 30;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(10);

    private final Cache<String, OpenSidecar<Sidecar>> sidecars = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((String location, OpenSidecar<Sidecar> sidecar) ->
                    (int) Math.min(Integer.MAX_VALUE, sidecar.bytes()))
            .expireAfterAccess(UNUSED_MAX)
            .build();

    /** The rows of a file that the tail hides, or null where it hides none. Throws DATA_UNREADABLE. */
    @Nullable
    DeadRows of(Table table, TableLayout layout, LiveFile file, TableTail tail) {
        List<long[]> hidden = new ArrayList<>();
        int bucket = BucketFileName.bucket(file.location()).orElse(-1);
        for (TailRows entry : tail.entries(bucket)) {
            long[] positions = entry.hidden(
                    file.location(), keys -> sidecar(table, layout, file).search(sidecar -> search(sidecar, keys)));
            if (positions.length > 0) {
                hidden.add(positions);
            }
        }
        return hidden.isEmpty() ? null : DeadRows.at(hidden);
    }

    /** The keys of a file. Throws DATA_UNREADABLE. */
    OpenSidecar<Sidecar> sidecar(Table table, TableLayout layout, LiveFile file) {
        return sidecars.get(file.location(), location -> new FileKeys(table, layout).watch(file.file()));
    }

    private static long[] search(Sidecar sidecar, KeyHashes keys) {
        long[] found = new long[keys.size()];
        int count = 0;
        for (int row = 0; row < found.length; row++) {
            long position = sidecar.find(keys.high(row), keys.low(row));
            if (position != Sidecar.ABSENT) {
                found[count++] = position;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
