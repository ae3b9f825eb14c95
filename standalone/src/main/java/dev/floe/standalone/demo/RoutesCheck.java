package dev.floe.standalone.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the table {@code routes} with what DuckDB computes from the file that was sent. */
record RoutesCheck(int expectedRows, int foundRows, int differingRows, String firstDifference) {
    private static final int KEY_COLUMNS = 2;

    static RoutesCheck compare(List<List<String>> expected, List<List<String>> found) {
        Map<List<String>, List<String>> remaining = new HashMap<>();
        int differing = 0;
        String first = "";
        for (List<String> row : found) {
            List<String> twin = remaining.put(row.subList(0, KEY_COLUMNS), row);
            if (twin != null) {
                differing++;
                first = first.isEmpty() ? "two rows of one key: " + twin + " and " + row : first;
            }
        }
        for (List<String> row : expected) {
            List<String> other = remaining.remove(row.subList(0, KEY_COLUMNS));
            if (!row.equals(other)) {
                differing++;
                first = first.isEmpty() ? "expected " + row + ", found " + other : first;
            }
        }
        differing += remaining.size();
        if (first.isEmpty() && !remaining.isEmpty()) {
            first = "not expected: " + remaining.values().iterator().next();
        }
        return new RoutesCheck(expected.size(), found.size(), differing, first);
    }

    boolean holds() {
        return differingRows == 0 && expectedRows == foundRows;
    }
}
