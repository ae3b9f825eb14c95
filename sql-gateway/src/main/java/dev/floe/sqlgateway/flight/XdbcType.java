package dev.floe.sqlgateway.flight;

import dev.floe.sqlgateway.arrow.ArrowPart;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.Nullable;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A type of columns as ODBC and JDBC number it. */
record XdbcType(String name, XdbcDataType type, int size, Kind kind) {
    private static final long BYTES_MAX = 1 << 20;
    private static final int RADIX = 10;
    private static final int TEXT_CHARS = 65_536;
    private static final int DECIMAL_DIGITS = 38;

    private static final List<XdbcType> TYPES = List.of(
            new XdbcType("BIGINT", XdbcDataType.XDBC_BIGINT, 19, Kind.NUMBER),
            new XdbcType("VARBINARY", XdbcDataType.XDBC_VARBINARY, TEXT_CHARS, Kind.OTHER),
            new XdbcType("UUID", XdbcDataType.XDBC_BINARY, 16, Kind.OTHER),
            new XdbcType("BOOLEAN", XdbcDataType.XDBC_BIT, 1, Kind.OTHER),
            new XdbcType("DECIMAL", XdbcDataType.XDBC_DECIMAL, DECIMAL_DIGITS, Kind.DECIMAL),
            new XdbcType("INTEGER", XdbcDataType.XDBC_INTEGER, 10, Kind.NUMBER),
            new XdbcType("REAL", XdbcDataType.XDBC_REAL, 7, Kind.NUMBER),
            new XdbcType("DOUBLE", XdbcDataType.XDBC_DOUBLE, 15, Kind.NUMBER),
            new XdbcType("VARCHAR", XdbcDataType.XDBC_VARCHAR, TEXT_CHARS, Kind.TEXT),
            new XdbcType("DATE", XdbcDataType.XDBC_DATE, 10, Kind.TEXT),
            new XdbcType("TIME", XdbcDataType.XDBC_TIME, 15, Kind.TEXT),
            new XdbcType("TIMESTAMP", XdbcDataType.XDBC_TIMESTAMP, 26, Kind.TEXT),
            new XdbcType("TIMESTAMP WITH TIME ZONE", XdbcDataType.XDBC_TIMESTAMP, 32, Kind.TEXT));

    /** What a type is like in statements. */
    enum Kind {
        NUMBER,
        DECIMAL,
        TEXT,
        OTHER
    }

    /** All types, or those of one number. */
    static Listing listing(boolean one, int number) {
        List<XdbcType> asked = TYPES.stream()
                .filter(type -> !one || type.type.getNumber() == number)
                .toList();
        try (BufferAllocator memory = new RootAllocator(BYTES_MAX);
                VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_TYPE_INFO_SCHEMA, memory)) {
            root.allocateNew();
            for (int row = 0; row < asked.size(); row++) {
                asked.get(row).write(root, row);
            }
            root.setRowCount(asked.size());
            return Listing.whole(Schemas.GET_TYPE_INFO_SCHEMA, ArrowPart.of(root));
        }
    }

    private void write(VectorSchemaRoot root, int row) {
        boolean number = kind == Kind.NUMBER || kind == Kind.DECIMAL;
        text(root, "type_name", row, name);
        number(root, "data_type", row, type.getNumber());
        number(root, "column_size", row, size);
        if (kind == Kind.TEXT) {
            text(root, "literal_prefix", row, "'");
            text(root, "literal_suffix", row, "'");
        }
        number(root, "nullable", row, Nullable.NULLABILITY_NULLABLE.getNumber());
        flag(root, "case_sensitive", row, type == XdbcDataType.XDBC_VARCHAR);
        number(root, "searchable", row, Searchable.SEARCHABLE_FULL.getNumber());
        flag(root, "fixed_prec_scale", row, false);
        text(root, "local_type_name", row, name);
        number(root, "sql_data_type", row, type.getNumber());
        if (number) {
            flag(root, "unsigned_attribute", row, false);
            flag(root, "auto_increment", row, false);
            number(root, "minimum_scale", row, 0);
            number(root, "maximum_scale", row, kind == Kind.DECIMAL ? DECIMAL_DIGITS : 0);
            number(root, "num_prec_radix", row, RADIX);
        }
    }

    private static void text(VectorSchemaRoot root, String column, int row, String value) {
        ((VarCharVector) root.getVector(column)).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void number(VectorSchemaRoot root, String column, int row, int value) {
        ((IntVector) root.getVector(column)).setSafe(row, value);
    }

    private static void flag(VectorSchemaRoot root, String column, int row, boolean value) {
        ((BitVector) root.getVector(column)).setSafe(row, value ? 1 : 0);
    }
}
