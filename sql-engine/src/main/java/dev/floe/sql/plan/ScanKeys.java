package dev.floe.sql.plan;

import java.util.List;
import org.apache.calcite.rex.RexNode;

/**
 * The only keys whose rows a scan returns.
 *
 * @param tuples literals and parameters, one for each column of the key in the key's order
 */
record ScanKeys(List<List<RexNode>> tuples) implements ScanNarrowing {
    /** Beyond so many a scan is no slower. */
    static final int KEYS_MAX = 1_000;

    ScanKeys {
        tuples = tuples.stream().map(List::copyOf).toList();
    }

    @Override
    public double rowsAssumed() {
        return tuples.size();
    }

    @Override
    public String toString() {
        return tuples.toString();
    }
}
