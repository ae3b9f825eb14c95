package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.storage.column.RowOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableModify;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The query inside a statement that changes a table.
 *
 * <pre>
 *   INSERT, UPSERT  the rows given, in the columns named      appended, or upserted where the table has a key
 *   UPDATE          the rows found, whole, with new values    upserted
 *   DELETE          the keys of the rows found                deleted
 * </pre>
 *
 * <p>What the rows' values are cast to is the columns' types; whether they fit is left to the write path, which checks
 * every row.
 */
record ChangeSource(RelNode query, List<ResultColumn> columns, TableChange change) {

    /** Throws WRONG_OPERATION, UNSUPPORTED. */
    static ChangeSource of(TableModify modify, SqlNode statement, boolean upsert) {
        FloeTable target = modify.getTable().unwrap(FloeTable.class);
        if (target == null) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "only tables of the catalog can be changed");
        }
        TableDefinition table = target.definition();
        return switch (modify.getOperation()) {
            case INSERT -> insert(modify, table, (SqlInsert) statement, upsert);
            case UPDATE -> update(modify, table);
            case DELETE -> delete(modify, table);
            case MERGE ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "MERGE does not run here")
                        .advise("use UPSERT, UPDATE and DELETE");
        };
    }

    private static ChangeSource insert(TableModify modify, TableDefinition table, SqlInsert statement, boolean upsert) {
        boolean keyed = table.mode() == TableMode.UPSERT;
        if (upsert && !keyed) {
            throw keyless(table, "UPSERT", "INSERT appends rows");
        }
        List<Integer> given = given(table, modify.getTable().getRowType(), statement.getTargetColumnList());
        RelNode query = cast(modify, given, given);
        return of(query, table, given, keyed ? RowOperation.UPSERT : RowOperation.APPEND);
    }

    private static ChangeSource update(TableModify modify, TableDefinition table) {
        if (table.mode() != TableMode.UPSERT) {
            throw keyless(table, "UPDATE", "rows of an append table stay as they are");
        }
        List<String> updated = modify.getUpdateColumnList();
        List<Types.NestedField> columns = table.schema().columns();
        List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
        List<Integer> inputs = new ArrayList<>(all);
        for (int i = 0; updated != null && i < updated.size(); i++) {
            int column = index(modify.getTable().getRowType(), updated.get(i));
            if (table.keyFieldIds().contains(columns.get(column).fieldId())) {
                throw new FloeException(
                                ErrorCode.UNSUPPORTED,
                                "column " + columns.get(column).name() + " is part of the key, which can't be updated")
                        .advise("INSERT the row under its new key and DELETE the old one");
            }
            inputs.set(column, columns.size() + i);
        }
        return of(cast(modify, all, inputs), table, all, RowOperation.UPSERT);
    }

    private static ChangeSource delete(TableModify modify, TableDefinition table) {
        if (table.mode() != TableMode.UPSERT) {
            throw keyless(table, "DELETE", "rows of an append table stay as they are");
        }
        List<Types.NestedField> columns = table.schema().columns();
        List<Integer> key = IntStream.range(0, columns.size())
                .filter(i -> table.keyFieldIds().contains(columns.get(i).fieldId()))
                .boxed()
                .toList();
        return of(cast(modify, key, key), table, key, RowOperation.DELETE);
    }

    private static ChangeSource of(RelNode query, TableDefinition table, List<Integer> columns, byte operation) {
        List<Types.NestedField> fields =
                columns.stream().map(table.schema().columns()::get).toList();
        return new ChangeSource(
                query,
                fields.stream()
                        .map(field -> new ResultColumn(field.name(), field.type(), true))
                        .toList(),
                new TableChange(
                        table,
                        operation,
                        fields.stream().map(Types.NestedField::fieldId).toList()));
    }

    /** The modification, with its input column {@code inputs[i]} as the table column {@code columns[i]}. */
    private static RelNode cast(TableModify modify, List<Integer> columns, List<Integer> inputs) {
        RelNode input = modify.getInput();
        RexBuilder rex = input.getCluster().getRexBuilder();
        RelDataTypeFactory types = input.getCluster().getTypeFactory();
        List<RelDataTypeField> fields = modify.getTable().getRowType().getFieldList();
        List<RexNode> values = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            RelDataTypeField field = fields.get(columns.get(i));
            RexNode value = rex.makeInputRef(input, inputs.get(i));
            // a missing value is the write path's to refuse, with the row's number
            values.add(rex.makeCast(types.createTypeWithNullability(field.getType(), true), value, true, false));
            names.add(field.getName());
        }
        return LogicalProject.create(input, List.of(), values, names, Set.of());
    }

    /** The columns that an INSERT names, or all; the others are left to the table's rules. */
    private static List<Integer> given(TableDefinition table, RelDataType row, @Nullable SqlNodeList named) {
        if (named == null) {
            return IntStream.range(0, table.schema().columns().size()).boxed().toList();
        }
        return named.stream().map(name -> index(row, name.toString())).sorted().toList();
    }

    private static int index(RelDataType row, String name) {
        RelDataTypeField field = row.getField(name, false, false);
        if (field == null) {
            throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the table has no column " + name).at(name);
        }
        return field.getIndex();
    }

    private static FloeException keyless(TableDefinition table, String what, String advice) {
        return new FloeException(
                        ErrorCode.WRONG_OPERATION,
                        "table " + table.name().table() + " has no key: " + what + " does not run on it")
                .advise(advice);
    }
}
