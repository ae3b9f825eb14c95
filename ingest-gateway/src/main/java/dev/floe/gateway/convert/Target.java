package dev.floe.gateway.convert;

import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.RowOperation;
import dev.floe.wire.v1.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * What a batch has to fit: a table's columns at the version the batch was made for.
 *
 * <p>{@code keyFieldIds} is empty for append tables; {@code dropped} has the ids of columns and nested fields that are
 * gone since that version. {@code versionFieldId} is the column that orders the rows of a key, 0 where there is
 * none.
 */
public record Target(
        Schema schema, TableMode mode, List<Integer> keyFieldIds, Set<Integer> dropped, int versionFieldId) {
    public Target {
        keyFieldIds = List.copyOf(keyFieldIds);
        dropped = Set.copyOf(dropped);
    }

    /** Of the current version. */
    public Target(Schema schema, TableMode mode, List<Integer> keyFieldIds) {
        this(schema, mode, keyFieldIds, Set.of(), 0);
    }

    /** The columns that are read of a row that deletes. */
    boolean isReadOfDeletes(int fieldId) {
        return isKey(fieldId) || fieldId == versionFieldId;
    }

    boolean isDropped(int fieldId) {
        return dropped.contains(fieldId);
    }

    boolean isKey(int fieldId) {
        return keyFieldIds.contains(fieldId);
    }

    /** The column of a name; throws UNKNOWN_COLUMN. */
    Types.NestedField column(String name) {
        for (Types.NestedField field : schema.columns()) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        throw unknown("the table has no column " + BadValue.shown(name)).at(name);
    }

    /** The top-level column of an id; throws UNKNOWN_COLUMN. */
    Types.NestedField column(int fieldId) {
        for (Types.NestedField field : schema.columns()) {
            if (field.fieldId() == fieldId) {
                return field;
            }
        }
        throw unknown("the table has no column with the id " + fieldId);
    }

    /** The columns of names, each once; throws UNKNOWN_COLUMN or MALFORMED_BATCH. */
    List<Types.NestedField> columns(List<String> names) {
        Set<String> seen = new HashSet<>();
        return names.stream()
                .map(name -> {
                    if (!seen.add(name)) {
                        throw new FloeException(
                                        ErrorCode.MALFORMED_BATCH,
                                        "the batch has the column " + BadValue.shown(name) + " twice")
                                .at(name)
                                .advise("send each column once");
                    }
                    return column(name);
                })
                .toList();
    }

    /** The number of an operation that the table takes; throws WRONG_OPERATION. */
    byte operation(Operation asked) {
        if (!takes(asked)) {
            throw refusal(asked);
        }
        return switch (asked) {
            case OPERATION_UNSPECIFIED -> mode == TableMode.UPSERT ? RowOperation.UPSERT : RowOperation.APPEND;
            case APPEND -> RowOperation.APPEND;
            case UPSERT -> RowOperation.UPSERT;
            case DELETE -> RowOperation.DELETE;
            case UNRECOGNIZED -> throw refusal(asked);
        };
    }

    boolean takes(Operation asked) {
        return switch (asked) {
            case OPERATION_UNSPECIFIED -> true;
            case APPEND -> mode == TableMode.APPEND;
            case UPSERT, DELETE -> mode == TableMode.UPSERT;
            case UNRECOGNIZED -> false;
        };
    }

    /** Why an operation is not taken. */
    FloeException refusal(Operation asked) {
        if (asked == Operation.UNRECOGNIZED) {
            return new FloeException(ErrorCode.WRONG_OPERATION, "the batch asks for an operation this server lacks");
        }
        boolean upsert = mode == TableMode.UPSERT;
        return new FloeException(
                        ErrorCode.WRONG_OPERATION,
                        (upsert ? "an upsert table" : "an append table") + " takes no " + asked)
                .advise(upsert ? "send UPSERT or DELETE" : "send APPEND, or create the table with a key");
    }

    private static FloeException unknown(String message) {
        return new FloeException(ErrorCode.UNKNOWN_COLUMN, message)
                .advise("leave the column out, or add it to the table");
    }
}
