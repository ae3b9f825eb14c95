package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.tail.TailRows;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.write.BucketFileName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows at positions of data files, those alone that are live in a view.
 *
 * <p>A row is dead where the file's deletion vector names it, or the tail its key. The tail tells in two ways: by all
 * positions that its keys hide in a file, which takes a search for each of its rows once; or, where few rows are asked
 * for, by their keys. For one thread.
 */
final class LiveRowsAt {
    private final TableView view;
    private final ReadTally tally;
    private final Schema projection;
    private final List<Integer> fieldIds;
    private final Schema withKeys;
    private final List<Integer> keyIds;
    private final List<Type> keyTypes;

    /** The columns come in the order of {@code fieldIds}; what is read is added to the tally. */
    LiveRowsAt(TableView view, List<Integer> fieldIds, ReadTally tally) {
        TableDefinition definition = view.definition();
        this.view = view;
        this.tally = tally;
        this.fieldIds = List.copyOf(fieldIds);
        this.projection = RunReader.project(definition.schema(), fieldIds);
        this.keyIds = definition.keyFieldIds();
        this.keyTypes =
                keyIds.stream().map(id -> definition.schema().findType(id)).toList();
        Set<Integer> read = new LinkedHashSet<>(fieldIds);
        read.addAll(keyIds);
        this.withKeys = RunReader.project(definition.schema(), new ArrayList<>(read));
    }

    /** The live rows at positions that rise, or null where there are none. Throws DATA_UNREADABLE, TABLE_CHANGED. */
    @Nullable
    ColumnBatch rows(LiveFile file, long[] positions) {
        if (positions.length == 0) {
            return null;
        }
        int bucket = BucketFileName.bucket(file.location()).orElse(-1);
        List<TailRows> entries = keyIds.isEmpty() ? List.of() : view.tail().entries(bucket);
        long tailRows = entries.stream().mapToLong(TailRows::rowCount).sum();
        boolean byKeys = positions.length * (long) entries.size() < tailRows;
        long[] live = without(byKeys ? view.deleted(file) : view.dead(file), positions);
        if (live.length == 0) {
            return null;
        }
        tally.add(ReadCount.FILES_KEPT, 1);
        tally.add(ReadCount.ROWS, live.length);
        return byKeys
                ? unhidden(view.rows(file, withKeys, tally.pages(), live), bucket)
                : view.rows(file, projection, tally.pages(), live);
    }

    /** The rows whose keys the tail does not name, without the columns that only tell the keys. */
    private ColumnBatch unhidden(ColumnBatch rows, int bucket) {
        KeyHashes keys = new KeyHasher(keyIds).hash(rows, keyTypes);
        int[] live = IntStream.range(0, rows.rowCount())
                .filter(row -> !view.tail().hides(bucket, keys.high(row), keys.low(row)))
                .toArray();
        ColumnBatch narrow = new ColumnBatch(
                rows.rowCount(), fieldIds, rows.columns().subList(0, fieldIds.size()), rows.operations());
        return live.length == rows.rowCount() ? narrow : narrow.rows(live, live.length);
    }

    private static long[] without(@Nullable DeadRows dead, long[] positions) {
        LongPredicate isLive = position -> dead == null || !dead.isDeleted(position);
        return Arrays.stream(positions).filter(isLive).toArray();
    }
}
