package dev.floe.storage.run;

import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * A column of a data file, as the file calls it.
 *
 * @param fieldId of the table's column
 * @param type how values are stored, in Parquet's terms; equal for columns that are stored the same way
 */
public record StoredColumn(int fieldId, String name, String type) {
    /** Columns that have a field id. */
    static List<StoredColumn> of(MessageType file) {
        return file.getFields().stream()
                .filter(field -> field.getId() != null)
                .map(field -> new StoredColumn(field.getId().intValue(), field.getName(), type(field)))
                .toList();
    }

    private static String type(Type field) {
        if (!field.isPrimitive()) {
            return "nested";
        }
        PrimitiveType type = field.asPrimitiveType();
        return type.getPrimitiveTypeName() + " " + type.getTypeLength() + " " + type.getLogicalTypeAnnotation();
    }
}
