package dev.floe.storage.write;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * The schema a writer writes files with: the table's, as of the last batch that had one the writer had not seen.
 *
 * <p>A batch's schema is committed to the table before the batch is in the log. So a refreshed table has all columns
 * of the batches seen so far, at types at least as wide, and a batch of a schema seen before needs no refresh.
 */
final class TableSchema {
    private static final int SEEN_MAX = 16;

    private final Table table;
    private final Deque<Schema> seen = new ArrayDeque<>();
    private Schema current;

    TableSchema(Table table) {
        this.table = table;
        this.current = table.schema();
        seen.add(current);
    }

    Schema current() {
        return current;
    }

    /** Refreshes the table where the batch's schema is new here. */
    void see(Schema batch) {
        for (Schema known : seen) {
            if (known == batch || known.sameSchema(batch)) {
                return;
            }
        }
        table.refresh();
        current = table.schema();
        if (seen.size() == SEEN_MAX) {
            seen.removeLast();
        }
        seen.addFirst(batch);
    }
}
