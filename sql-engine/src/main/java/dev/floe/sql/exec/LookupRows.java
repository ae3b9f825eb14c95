package dev.floe.sql.exec;

import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.scan.KeyLookup;
import dev.floe.sql.scan.ReadTally;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.scan.TableView;
import dev.floe.storage.column.ColumnBatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a scan's keys, each once, found as {@code Get} finds them. */
final class LookupRows implements RowSource {
    private final TableView view;
    private final ColumnBatch keys;
    private final LookupRequest request;
    private final ReadTally tally;
    private boolean done;

    /** {@code keys} are those of the scan. */
    LookupRows(PlannedScan scan, TableView view, ColumnBatch keys, ReadTally tally) {
        this.view = view;
        this.keys = keys;
        this.tally = tally;
        List<String> columns = scan.fieldIds().stream()
                .map(id -> scan.definition().schema().findColumnName(id))
                .toList();
        // the view is at its cut already
        this.request =
                new LookupRequest(scan.definition().name().table(), keys, columns, new ReadCut.Latest(), Duration.ZERO);
    }

    /** The rows of a scan of keys or by an index; null where it is neither. */
    static @Nullable RowSource of(
            PlannedScan scan, TableView view, List<@Nullable Object> parameters, ReadTally tally) {
        if (scan.isIndexed()) {
            return IndexedRows.open(scan, view, parameters, tally);
        }
        return scan.keys(parameters)
                .map(keys -> new LookupRows(scan, view, keys, tally))
                .orElse(null);
    }

    /** All rows at once: they are few. */
    @Override
    public @Nullable ColumnBatch next(int rowsMax) {
        if (done) {
            return null;
        }
        done = true;
        return keys.rowCount() == 0
                ? null
                : new KeyLookup(view, request, tally).find(keys).rows();
    }

    @Override
    public void close() {
        done = true;
    }
}
