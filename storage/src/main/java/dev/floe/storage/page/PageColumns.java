package dev.floe.storage.page;

import java.util.function.IntFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Opens the columns of a row group. */
public final class PageColumns {
    private PageColumns() {}

    /** True where a top-level field of the type can be a {@link PageColumn}. */
    public static boolean areFor(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN, INTEGER, DATE, LONG, TIME, TIMESTAMP, FLOAT, DOUBLE, STRING, BINARY, UUID, DECIMAL -> true;
            case FIXED, TIMESTAMP_NANO, STRUCT, LIST, MAP, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY -> false;
        };
    }

    /**
     * The column of a top-level field.
     *
     * @param floats the file's statistics of a float field by its id
     */
    public static PageColumn open(
            Types.NestedField field,
            ColumnDescriptor column,
            PageWriter pages,
            PageLimits limits,
            IntFunction<FloatStatistics> floats) {
        PrimitiveTypeName stored = column.getPrimitiveType().getPrimitiveTypeName();
        return switch (stored) {
            case BOOLEAN -> new BooleanColumn(column, pages, limits);
            case INT32 -> new IntegerColumn(column, pages, limits, true);
            case INT64 -> new IntegerColumn(column, pages, limits, false);
            case FLOAT -> new FloatColumn(column, pages, limits, false, floats.apply(field.fieldId()));
            case DOUBLE -> new FloatColumn(column, pages, limits, true, floats.apply(field.fieldId()));
            case BINARY -> new BytesColumn(column, pages, limits);
            case FIXED_LEN_BYTE_ARRAY -> new FixedColumn(column, pages, limits);
            case INT96 -> throw new IllegalArgumentException("Iceberg has no type that Parquet stores as INT96");
        };
    }
}
