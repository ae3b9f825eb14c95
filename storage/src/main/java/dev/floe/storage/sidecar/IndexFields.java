package dev.floe.storage.sidecar;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What names a secondary index among those of its table: field ids of its columns, in the index's order.
 *
 * <p>Ids stay with their columns through renames, and what an index file holds follows from the data file and them
 * alone. So an index that was dropped and is declared again finds the files that are left of it.
 */
public record IndexFields(List<Integer> ids) {
    private static final String SEPARATOR = "-";

    public IndexFields {
        ids = List.copyOf(ids);
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("an index has at least one column");
        }
    }

    public static IndexFields of(Integer... ids) {
        return new IndexFields(List.of(ids));
    }

    /** Reads what {@link #text} gives. */
    public static IndexFields parse(String text) {
        return new IndexFields(
                List.of(text.split(SEPARATOR)).stream().map(Integer::valueOf).toList());
    }

    /** The ids with dashes between them, as in file names. */
    public String text() {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(SEPARATOR));
    }

    @Override
    public String toString() {
        return text();
    }
}
