package dev.floe.cli.ingest;

import java.util.List;

/** Which rows of the input a batch's rows are, counted from 1. */
interface RowNumbers {
    int count();

    /** The input's row of a batch's row. */
    long of(int row);

    default long first() {
        return of(0);
    }

    default long last() {
        return of(count() - 1);
    }

    /** Rows that follow one another. */
    static RowNumbers from(long first, int count) {
        return new RowNumbers() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public long of(int row) {
                return first + row;
            }
        };
    }

    static RowNumbers of(List<Long> numbers) {
        List<Long> copy = List.copyOf(numbers);
        return new RowNumbers() {
            @Override
            public int count() {
                return copy.size();
            }

            @Override
            public long of(int row) {
                return copy.get(row);
            }
        };
    }
}
