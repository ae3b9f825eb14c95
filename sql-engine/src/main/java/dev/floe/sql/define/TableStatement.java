package dev.floe.sql.define;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.core.name.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement that defines a table, parsed; names of columns are as they were written. */
sealed interface TableStatement {
    record Create(TableDeclaration declaration, boolean ifNotExists) implements TableStatement {}

    /** {@code ifExists} says that a missing table is no mistake. */
    record Alter(TableName table, List<ColumnChange> changes, boolean ifExists) implements TableStatement {
        public Alter {
            changes = List.copyOf(changes);
        }
    }

    record Drop(TableName table, boolean ifExists) implements TableStatement {}

    /** A new index; {@code ifNotExists} says that an index of that name is no mistake. */
    record CreateIndex(TableName table, ColumnChange.AddIndex index, boolean ifNotExists) implements TableStatement {}

    /** {@code table} is null where it is the only one that has such an index. */
    record DropIndex(@Nullable TableName table, String index, boolean ifExists) implements TableStatement {}
}
