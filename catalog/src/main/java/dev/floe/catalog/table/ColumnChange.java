package dev.floe.catalog.table;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * One change of a table's columns, or of the secondary indexes over them.
 *
 * <p>Names are those the table has when the change's turn comes; a nested field is named with dots, such as
 * {@code address.zip}.
 */
public sealed interface ColumnChange {
    /**
     * A new column; field ids in it are placeholders.
     *
     * @param parent the struct it goes into; empty for a column of the table
     */
    record Add(String parent, Types.NestedField column, Place place) implements ColumnChange {}

    /** The column goes; its values stay in older snapshots. */
    record Drop(String column) implements ColumnChange {}

    record Rename(String column, String name) implements ColumnChange {}

    /** A type that holds every value of the present one. */
    record Widen(String column, Type type) implements ColumnChange {}

    record MakeOptional(String column) implements ColumnChange {}

    record Move(String column, Place place) implements ColumnChange {}

    /** A new index of columns that the table has. */
    record AddIndex(DeclaredIndex index) implements ColumnChange {}

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
