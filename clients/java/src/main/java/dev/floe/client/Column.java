package dev.floe.client;

/** A column or nested field; id 0 in a declaration, where the catalog assigns it. */
public record Column(int id, String name, ColumnType type, boolean required, String doc) {
    public static Column required(String name, ColumnType type) {
        return new Column(0, name, type, true, "");
    }

    public static Column optional(String name, ColumnType type) {
        return new Column(0, name, type, false, "");
    }
}
