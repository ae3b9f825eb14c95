package dev.floe.sql.plan;

import dev.floe.catalog.table.TableIndex;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.rex.RexNode;

/** Secondary indexes each of which finds all rows that a scan is to have; which one is used is known when it runs. */
record ScanIndexes(List<Candidate> candidates) implements ScanNarrowing {
    private static final double ROWS_ASSUMED = 100;

    /**
     * An index, and the only values of its columns that rows of interest have.
     *
     * @param tuples literals and parameters, one for each column in the index's order
     */
    record Candidate(TableIndex index, List<List<RexNode>> tuples) {
        Candidate {
            tuples = tuples.stream().map(List::copyOf).toList();
        }

        @Override
        public String toString() {
            return index.name() + tuples;
        }
    }

    ScanIndexes {
        candidates = List.copyOf(candidates);
    }

    @Override
    public double rowsAssumed() {
        return ROWS_ASSUMED;
    }

    @Override
    public String toString() {
        return candidates.stream().map(Candidate::toString).collect(Collectors.joining(" or "));
    }
}
