package dev.floe.sqlgateway.rpc;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sqlgateway.value.TypedValues;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.iceberg.types.Type;

/** Keys of a request as a batch of the table's key columns. */
final class KeyRows {
    static final int KEYS_MAX = 1_000;

    private final TableDefinition table;
    private final List<String> columns;

    private KeyRows(TableDefinition table, List<String> columns) {
        this.table = table;
        this.columns = columns;
    }

    /** Throws where the table has no key, or the rows are not such keys. */
    static ColumnBatch read(RowBatch keys, TableDefinition table) {
        if (table.mode() != TableMode.UPSERT) {
            throw new FloeException(
                            ErrorCode.UNSUPPORTED, "the table " + table.name().table() + " has no key to look up")
                    .at("table")
                    .advise("query it by SQL");
        }
        if (keys.getRowsCount() > KEYS_MAX) {
            throw new FloeException(ErrorCode.TOO_MANY_ROWS, keys.getRowsCount() + " keys, the limit is " + KEYS_MAX)
                    .at("keys")
                    .advise("ask for fewer keys a call");
        }
        List<String> columns = keys.getColumnsCount() == 0
                ? table.key()
                : keys.getColumnsList().stream()
                        .map(column -> named(column, table))
                        .toList();
        KeyRows reader = new KeyRows(table, columns);
        reader.checkColumns();
        return reader.batch(keys.getRowsList());
    }

    /** The name as the table has it, in any case as in SQL; one that the key lacks stays as it is. */
    private static String named(String column, TableDefinition table) {
        return table.key().stream().filter(column::equalsIgnoreCase).findFirst().orElse(column);
    }

    private void checkColumns() {
        boolean same =
                columns.size() == table.key().size() && new HashSet<>(columns).equals(new HashSet<>(table.key()));
        if (!same) {
            throw new FloeException(
                            ErrorCode.UNKNOWN_COLUMN,
                            "the key of " + table.name().table() + " is " + table.key() + ", not " + columns.size()
                                    + " columns of other names")
                    .at("keys.columns")
                    .advise("give every key column, and no other");
        }
    }

    private ColumnBatch batch(List<Row> rows) {
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).getValuesCount() != columns.size()) {
                throw new FloeException(
                                ErrorCode.MALFORMED_BATCH,
                                "the key has " + rows.get(row).getValuesCount() + " values for " + columns.size()
                                        + " columns")
                        .at("keys")
                        .inRow(row)
                        .advise("give one value for each key column");
            }
        }
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            ids.add(table.schema().findField(columns.get(i)).fieldId());
            vectors.add(column(rows, i));
        }
        return new ColumnBatch(rows.size(), ids, vectors, new byte[rows.size()]);
    }

    private Vector column(List<Row> rows, int index) {
        String name = columns.get(index);
        Type type = table.schema().findField(name).type();
        VectorBuilder column = VectorBuilder.of(type, rows.size());
        for (int row = 0; row < rows.size(); row++) {
            column.append(value(rows.get(row).getValues(index), type, name, row));
        }
        return column.build();
    }

    private static Object value(Value wire, Type type, String column, int row) {
        try {
            Object value = TypedValues.fit(WireValues.read(wire), type);
            if (value == null) {
                throw new FloeException(ErrorCode.MISSING_VALUE, "a key column can't be null")
                        .advise("send a value for it");
            }
            return value;
        } catch (FloeException e) {
            throw e.at(column).inRow(row);
        }
    }
}
