package dev.floe.sql.plan;

import org.apache.calcite.linq4j.Enumerable;
import org.jspecify.annotations.Nullable;

/** Where a running plan's scans get their rows; generated code calls it. */
public interface ScanSource {
    /** Name under which the plan finds its source. */
    String VARIABLE = "floe.scans";

    /** Rows of the plan's scan of a number, values in the types of Calcite's generated code. */
    Enumerable<@Nullable Object[]> scan(int number);

    /** Rows of the plan's fragment of a number, in the same types. */
    Enumerable<@Nullable Object[]> fragment(int number);
}
