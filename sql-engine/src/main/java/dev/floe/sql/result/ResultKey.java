package dev.floe.sql.result;

import dev.floe.sql.scan.CutIdentity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.calcite.avatica.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * All that a result is made of.
 *
 * <p>Invariant: none of it ever changes. A plan is good for the tables as they were defined when it was made; a cut is
 * a snapshot and entries of the log.
 *
 * @param plan number of the plan that found the result
 * @param cuts what each scan of the plan reads, in the order of the scans: two scans of a table may read two cuts
 * @param parameters as the plan's run has them
 */
record ResultKey(long plan, List<CutIdentity> cuts, List<@Nullable Object> parameters) {
    private static final int FIXED_BYTES = 400;
    private static final int VALUE_BYTES = 80;

    ResultKey {
        cuts = List.copyOf(cuts);
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /** True where no one can change a parameter's value, and its equal is the same in any expression. */
    static boolean takes(List<@Nullable Object> parameters) {
        return parameters.stream().allMatch(ResultKey::isValue);
    }

    private static boolean isValue(@Nullable Object value) {
        return value == null
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Float
                || value instanceof Double
                || value instanceof BigDecimal
                || value instanceof String
                || value instanceof ByteString
                || value instanceof UUID;
    }

    /** Heap that it takes, about. */
    long bytes() {
        long bytes = FIXED_BYTES;
        for (CutIdentity cut : cuts) {
            bytes += cut.bytes();
        }
        for (Object value : parameters) {
            bytes += VALUE_BYTES;
            if (value instanceof String text) {
                bytes += (long) Character.BYTES * text.length();
            } else if (value instanceof ByteString binary) {
                bytes += binary.length();
            }
        }
        return bytes;
    }
}
