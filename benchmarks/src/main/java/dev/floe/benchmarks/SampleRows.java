package dev.floe.benchmarks;

import dev.floe.client.ColumnarRows;
import dev.floe.client.TableSpec;

/** Rows whose size is measured in several forms. */
interface SampleRows {
    /** An append table that takes them. */
    TableSpec table(String name);

    int count();

    ColumnarRows range(int from, int to);

    /** A row as Java values, in the order of the table's columns. */
    Object[] values(int row);
}
