package dev.floe.client;

/**
 * One change of a table's columns or indexes; nested fields are named with dots, such as {@code address.zip}.
 *
 * <p>Types are text, as in a YAML declaration: {@code decimal(12, 2)}, {@code list<string>}.
 */
public sealed interface ColumnChange {
    /** A new column, which is optional, since the rows there are have no value for it. */
    record Add(Column column, Place place) implements ColumnChange {
        /**
         * The new column.
         *
         * @param parent the struct it goes into; empty for a column of the table
         * @param required refused by servers; here so that they can say why
         */
        public record Column(String parent, String name, String type, boolean required, String doc) {}

        /** A column of the table, after all others. */
        public static Add last(String name, String type) {
            return new Add(new Column("", name, type, false, ""), new Place.Last());
        }
    }

    /** The column goes; its values stay in older snapshots. */
    record Drop(String column) implements ColumnChange {}

    record Rename(String column, String name) implements ColumnChange {}

    /** To a type that holds every value: int to long, float to double, decimal to more digits at the same scale. */
    record Widen(String column, String type) implements ColumnChange {}

    record MakeOptional(String column) implements ColumnChange {}

    record Move(String column, Place place) implements ColumnChange {}

    /** A new index of columns that the table has. */
    record AddIndex(TableIndex index) implements ColumnChange {}

    /** The index goes; its columns stay. */
    record DropIndex(String name) implements ColumnChange {}

    /** Where a column stands among its siblings. */
    sealed interface Place {
        record First() implements Place {}

        record Last() implements Place {}

        /** After the sibling of that plain name. */
        record After(String sibling) implements Place {}
    }
}
