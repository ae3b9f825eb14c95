package dev.floe.sql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a scan or a fragment, which a plan may ask for several times: a nested loop does for each row of its other
 * side.
 *
 * <p>The first time they come as they are found. Where they were few, and all were read, they are kept for the next
 * time; else they are found anew. What is kept is no more than the batch that is in memory anyway. For one thread.
 */
final class RepeatedRows extends AbstractEnumerable<@Nullable Object[]> {
    private static final int KEPT_MAX = ScanRows.BATCH_ROWS;

    private final Supplier<Enumerator<@Nullable Object[]>> source;
    private @Nullable List<@Nullable Object[]> kept;

    RepeatedRows(Supplier<Enumerator<@Nullable Object[]>> source) {
        this.source = source;
    }

    @Override
    public Enumerator<@Nullable Object[]> enumerator() {
        List<@Nullable Object[]> known = kept;
        return known == null ? new Keeping(source.get()) : Linq4j.enumerator(known);
    }

    private final class Keeping implements Enumerator<@Nullable Object[]> {
        private final Enumerator<@Nullable Object[]> rows;
        private final List<@Nullable Object[]> seen = new ArrayList<>();
        private long count;

        Keeping(Enumerator<@Nullable Object[]> rows) {
            this.rows = rows;
        }

        @Override
        public @Nullable Object[] current() {
            return rows.current();
        }

        @Override
        public boolean moveNext() {
            if (!rows.moveNext()) {
                if (count == seen.size()) {
                    kept = seen;
                }
                return false;
            }
            count++;
            if (count <= KEPT_MAX) {
                seen.add(rows.current());
            } else {
                seen.clear();
            }
            return true;
        }

        @Override
        public void reset() {
            rows.reset();
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
