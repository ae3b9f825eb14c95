package dev.floe.sql.scan;

/**
 * What is known of a column's values; numbers, dates and times as numbers.
 *
 * @param nulls the part of the rows that have no value, from 0 to 1
 * @param min of the values; NaN where it is not known, as of text
 * @param max as {@code min}
 * @param distinct how many different values there are at most; NaN where it is not known
 */
public record ColumnStatistics(double nulls, double min, double max, double distinct) {
    /** Of a column of which nothing is known. */
    public static final ColumnStatistics UNKNOWN = new ColumnStatistics(0, Double.NaN, Double.NaN, Double.NaN);

    public boolean hasRange() {
        return min <= max;
    }
}
