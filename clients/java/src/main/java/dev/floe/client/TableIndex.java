package dev.floe.client;

import java.util.List;

/** A secondary index: rows are found by values of all its columns, with = and IN. */
public record TableIndex(String name, List<String> columns) {
    public TableIndex {
        columns = List.copyOf(columns);
    }
}
