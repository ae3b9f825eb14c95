package dev.floe.catalog.table;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * The schema and the indexes that changes make of a table's, each applied to the result of those before it.
 *
 * <p>Iceberg's own update of schemas does the work, on metadata that are never written. Field ids stay with their
 * columns, and an id that was ever used is not given again.
 */
final class SchemaDraft {
    private final Memory operations;
    private final Set<Integer> pinned;
    private final Set<Integer> key;
    private final IndexDraft indexes;

    /**
     * Starts from a table's metadata.
     *
     * @param key ids of the key columns
     * @param pinned ids of other columns that the table can't do without
     * @param indexes the table's secondary indexes
     */
    SchemaDraft(TableMetadata base, Set<Integer> key, Set<Integer> pinned, List<TableIndex> indexes) {
        this.operations = new Memory(base);
        this.key = Set.copyOf(key);
        this.pinned = Set.copyOf(pinned);
        this.indexes = new IndexDraft(indexes);
    }

    /** Throws INVALID_TABLE or UNKNOWN_COLUMN at {@code changes[i]} where a change can't be. */
    Schema apply(List<ColumnChange> changes) {
        for (int i = 0; i < changes.size(); i++) {
            try {
                apply(changes.get(i));
            } catch (FloeException e) {
                throw e.at("changes[" + i + "]");
            } catch (ValidationException | IllegalArgumentException e) { // Iceberg's own checks of an update
                throw TableRules.invalid("the change won't do: " + e.getMessage())
                        .at("changes[" + i + "]");
            }
        }
        return schema();
    }

    /** The indexes after the changes. */
    List<TableIndex> indexes() {
        return indexes.indexes();
    }

    private Schema schema() {
        return operations.current().schema();
    }

    private void apply(ColumnChange change) {
        if (change instanceof ColumnChange.Add add) {
            add(add);
        } else if (change instanceof ColumnChange.Drop drop) {
            drop(column(drop.column()), drop.column());
        } else if (change instanceof ColumnChange.Rename rename) {
            requireFree(
                    siblingsPrefix(rename.column()),
                    rename.name(),
                    column(rename.column()).fieldId());
            update(schema -> schema.renameColumn(rename.column(), rename.name()));
        } else if (change instanceof ColumnChange.Widen widen) {
            widen(column(widen.column()), widen);
        } else if (change instanceof ColumnChange.MakeOptional optional) {
            int id = column(optional.column()).fieldId();
            if (key.contains(id) || pinned.contains(id)) {
                throw TableRules.invalid((key.contains(id) ? "the key column '" : "the version column '")
                        + TableRules.shown(optional.column()) + "' stays required");
            }
            update(schema -> schema.makeColumnOptional(optional.column()));
        } else if (change instanceof ColumnChange.Move move) {
            column(move.column());
            move(move.column(), siblingsPrefix(move.column()), move.place());
        } else if (change instanceof ColumnChange.AddIndex add) {
            indexes.add(add.index(), schema());
        } else if (change instanceof ColumnChange.DropIndex drop) {
            indexes.drop(drop.name());
        }
        TableRules.checkColumns(schema().columns());
        TableRules.checkNamesApart(schema());
    }

    private void add(ColumnChange.Add add) {
        Types.NestedField column = add.column();
        String prefix = add.parent().isEmpty() ? "" : add.parent() + ".";
        if (!add.parent().isEmpty() && !column(add.parent()).type().isStructType()) {
            throw TableRules.invalid("'" + TableRules.shown(add.parent()) + "' is no struct");
        }
        if (column.isRequired()) {
            throw TableRules.invalid("the new column '" + TableRules.shown(column.name())
                            + "' is required, but the rows there are have no value for it")
                    .advise("add it as an optional column");
        }
        requireFree(prefix, column.name(), 0);
        // one by one: Iceberg takes a null parent for the table itself
        update(schema -> add.parent().isEmpty()
                ? schema.addColumn(null, column.name(), column.type(), column.doc())
                : schema.addColumn(add.parent(), column.name(), column.type(), column.doc()));
        if (!(add.place() instanceof ColumnChange.Place.Last)) {
            move(prefix + column.name(), prefix, add.place());
        }
    }

    private void drop(Types.NestedField column, String name) {
        requireFreeToChange(column, name, "can't be dropped");
        indexes.requireFree(column);
        for (int id : pinned) {
            // a struct that holds such a column can't go either
            if (TypeUtil.indexById(Types.StructType.of(column)).containsKey(id)) {
                throw TableRules.invalid("'" + TableRules.shown(name) + "' holds a column the table needs");
            }
        }
        update(schema -> schema.deleteColumn(name));
    }

    private void widen(Types.NestedField column, ColumnChange.Widen widen) {
        if (column.type().equals(widen.type())) {
            return;
        }
        requireFreeToChange(column, widen.column(), "keeps its type");
        Type to = widen.type();
        if (!(to instanceof Type.PrimitiveType primitive) || !isWider(column.type(), primitive)) {
            throw TableRules.invalid(
                            "'" + TableRules.shown(widen.column()) + "' can't go from " + column.type() + " to " + to)
                    .advise("int widens to long, float to double, and a decimal to one of more digits at the same"
                            + " scale");
        }
        update(schema -> schema.updateColumn(widen.column(), primitive));
    }

    private static boolean isWider(Type from, Type.PrimitiveType to) {
        return switch (from.typeId()) {
            case INTEGER -> to.typeId() == Type.TypeID.LONG;
            case FLOAT -> to.typeId() == Type.TypeID.DOUBLE;
            case DECIMAL -> TypeUtil.isPromotionAllowed(from, to);
            default -> false;
        };
    }

    private void move(String column, String prefix, ColumnChange.Place place) {
        if (place instanceof ColumnChange.Place.First) {
            update(schema -> schema.moveFirst(column));
        } else if (place instanceof ColumnChange.Place.After after) {
            column(prefix + after.sibling());
            moveAfter(column, prefix + after.sibling());
        } else {
            List<Types.NestedField> siblings = prefix.isEmpty()
                    ? schema().columns()
                    : column(prefix.substring(0, prefix.length() - 1))
                            .type()
                            .asStructType()
                            .fields();
            moveAfter(column, prefix + siblings.get(siblings.size() - 1).name());
        }
    }

    private void moveAfter(String column, String sibling) {
        if (!column.equals(sibling)) {
            update(schema -> schema.moveAfter(column, sibling));
        }
    }

    private void requireFreeToChange(Types.NestedField column, String name, String what) {
        if (key.contains(column.fieldId())) {
            throw TableRules.invalid("the key column '" + TableRules.shown(name) + "' " + what)
                    .advise("the key of a table is for good: copy the rows into a new table");
        }
        for (PartitionField field : operations.current().spec().fields()) {
            if (field.sourceId() == column.fieldId()) {
                throw TableRules.invalid(
                        "the column '" + TableRules.shown(name) + "' " + what + ": it partitions the table");
            }
        }
        if (pinned.contains(column.fieldId())) {
            throw TableRules.invalid(
                    "the column '" + TableRules.shown(name) + "' " + what + ": the table's versions are in it");
        }
    }

    /** {@code self} is the id of the column that gets the name, which may change its case. */
    private void requireFree(String prefix, String name, int self) {
        Types.NestedField taken = schema().caseInsensitiveFindField(prefix + name);
        boolean isTaken = taken != null && taken.fieldId() != self;
        boolean isPartition = prefix.isEmpty()
                && operations.current().spec().fields().stream()
                        .anyMatch(field -> field.name().equalsIgnoreCase(name) && field.sourceId() != self);
        if (isTaken || isPartition) {
            throw TableRules.invalid("the name '" + TableRules.shown(name) + "' is taken"
                            + (isTaken ? "" : " by a field that partitions the table"))
                    .advise("choose another name; upper and lower case are one");
        }
    }

    private Types.NestedField column(String name) {
        Types.NestedField column = schema().findField(name);
        if (column == null) {
            throw new FloeException(
                            ErrorCode.UNKNOWN_COLUMN, "the table has no column '" + TableRules.shown(name) + "'")
                    .advise("describe the table to see its columns");
        }
        return column;
    }

    /** What stands before the plain name of a field, with its dot; empty for a column of the table. */
    private String siblingsPrefix(String name) {
        Types.NestedField field = column(name);
        return name.substring(0, name.length() - field.name().length());
    }

    private void update(UnaryOperator<UpdateSchema> change) {
        change.apply(new BaseTable(operations, "draft").updateSchema()).commit();
    }

    /** Metadata that are changed in memory only. */
    private static final class Memory implements TableOperations {
        private TableMetadata metadata;

        private Memory(TableMetadata metadata) {
            this.metadata = metadata;
        }

        @Override
        public TableMetadata current() {
            return metadata;
        }

        @Override
        public TableMetadata refresh() {
            return metadata;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata changed) {
            metadata = changed;
        }

        @Override
        public FileIO io() {
            throw new UnsupportedOperationException("a draft has no files");
        }

        @Override
        public String metadataFileLocation(String name) {
            throw new UnsupportedOperationException("a draft has no files");
        }

        @Override
        public LocationProvider locationProvider() {
            throw new UnsupportedOperationException("a draft has no files");
        }
    }
}
