package dev.floe.catalog.table;

import java.util.List;

/** A secondary index as it is declared: a name, and the columns whose values are looked up together. */
public record DeclaredIndex(String name, List<String> columns) {
    public DeclaredIndex {
        columns = List.copyOf(columns);
    }
}
