package dev.floe.benchmarks;

import dev.floe.catalog.Catalog;
import dev.floe.core.name.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.DataContext;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.ProjectableFilterableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Calcite as it comes, its generated code over rows of Iceberg's generic reader; only the wanted columns are read. */
final class GenericPeer implements AutoCloseable {
    private final Connection connection;
    private final Statement statement;

    /** Over tables of the default tenant as they are now. */
    GenericPeer(Catalog catalog, List<String> tables) throws SQLException {
        connection = DriverManager.getConnection("jdbc:calcite:caseSensitive=false;unquotedCasing=UNCHANGED");
        statement = connection.createStatement();
        CalciteConnection calcite = connection.unwrap(CalciteConnection.class);
        tables.forEach(table ->
                calcite.getRootSchema().add(table, new Rows(catalog.tables().iceberg(TableName.of("default", table)))));
    }

    /** Runs a query and fetches its values, whose number it returns. */
    long drain(String sql) throws SQLException {
        long values = 0;
        try (ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    values += rows.getObject(column) == null ? 0 : 1;
                }
            }
        }
        return values;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
        connection.close();
    }

    private static final class Rows extends AbstractTable implements ProjectableFilterableTable {
        private final Table table;

        private Rows(Table table) {
            this.table = table;
        }

        @Override
        public RelDataType getRowType(RelDataTypeFactory types) {
            RelDataTypeFactory.Builder row = types.builder();
            table.schema().columns().forEach(column -> row.add(column.name(), types.createSqlType(type(column))));
            return row.build();
        }

        private static SqlTypeName type(Types.NestedField column) {
            Type.TypeID id = column.type().typeId();
            return switch (id) {
                case INTEGER -> SqlTypeName.INTEGER;
                case LONG -> SqlTypeName.BIGINT;
                case DOUBLE -> SqlTypeName.DOUBLE;
                case STRING -> SqlTypeName.VARCHAR;
                case TIMESTAMP -> SqlTypeName.TIMESTAMP;
                default -> throw new IllegalArgumentException("a column of type " + id);
            };
        }

        @Override
        public Enumerable<@Nullable Object[]> scan(
                DataContext context, List<RexNode> filters, int @Nullable [] projects) {
            int[] wanted = projects == null
                    ? IntStream.range(0, table.schema().columns().size()).toArray()
                    : projects;
            List<String> names = IntStream.of(wanted)
                    .mapToObj(i -> table.schema().columns().get(i).name())
                    .toList();
            return new AbstractEnumerable<>() {
                @Override
                public Enumerator<@Nullable Object[]> enumerator() {
                    CloseableIterable<Record> records =
                            IcebergGenerics.read(table).select(names).build();
                    Iterator<Record> each = records.iterator();
                    return Linq4j.iterableEnumerator(() -> new Iterator<@Nullable Object[]>() {
                        @Override
                        public boolean hasNext() {
                            boolean more = each.hasNext();
                            if (!more) {
                                close(records);
                            }
                            return more;
                        }

                        @Override
                        public @Nullable Object[] next() {
                            return row(each.next(), names);
                        }
                    });
                }
            };
        }

        private static void close(CloseableIterable<Record> records) {
            try {
                records.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static @Nullable Object[] row(Record record, List<String> names) {
            @Nullable Object[] values = new @Nullable Object[names.size()];
            for (int i = 0; i < values.length; i++) {
                Object value = record.getField(names.get(i));
                // Calcite's own form of a timestamp
                values[i] = value instanceof LocalDateTime time
                        ? time.toInstant(ZoneOffset.UTC).toEpochMilli()
                        : value;
            }
            return values;
        }
    }
}
