package dev.floe.it.tpch;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableSpec;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The eight tables of TPC-H, with the types of its specification: identifiers long, money decimal(15,2). */
final class TpchTables {
    private static final int BATCH_ROWS = 5_000;
    private static final ColumnType MONEY = new ColumnType.Decimal(15, 2);

    private TpchTables() {}

    static List<String> names() {
        return TpchTable.getTables().stream().map(TpchTable::getTableName).toList();
    }

    /** Creates a table and sends its rows, all of them acked on return; returns how many there are. */
    static long load(FloeClient client, String name, double scale) {
        return load(client, TpchTable.getTable(name), scale);
    }

    private static <E extends TpchEntity> long load(FloeClient client, TpchTable<E> table, double scale) {
        List<TpchColumn<E>> columns = table.getColumns();
        List<String> names = columns.stream().map(TpchColumn::getColumnName).toList();
        client.catalog()
                .createTable(
                        "",
                        TableSpec.append(
                                table.getTableName(),
                                columns.stream()
                                        .map(column -> Column.required(column.getColumnName(), type(column)))
                                        .toList()),
                        false);
        long count = 0;
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        try (TableWriter writer = client.writer(table.getTableName(), WriterSettings.defaults())) {
            List<@Nullable Object[]> rows = new ArrayList<>(BATCH_ROWS);
            for (E entity : table.createGenerator(scale, 1, 1)) {
                rows.add(columns.stream().map(column -> value(column, entity)).toArray());
                count++;
                if (rows.size() == BATCH_ROWS) {
                    acks.add(writer.append(Batch.of(names, rows), Operation.APPEND));
                    rows.clear();
                }
            }
            if (!rows.isEmpty()) {
                acks.add(writer.append(Batch.of(names, rows), Operation.APPEND));
            }
            writer.flush();
        }
        acks.forEach(CompletableFuture::join);
        return count;
    }

    private static ColumnType type(TpchColumn<?> column) {
        return switch (column.getType().getBase()) {
            case IDENTIFIER -> Primitive.LONG;
            case INTEGER -> Primitive.INT;
            case DATE -> Primitive.DATE;
            case DOUBLE -> MONEY;
            case VARCHAR -> Primitive.STRING;
        };
    }

    private static <E extends TpchEntity> Object value(TpchColumn<E> column, E entity) {
        return switch (column.getType().getBase()) {
            case IDENTIFIER -> column.getIdentifier(entity);
            case INTEGER -> column.getInteger(entity);
            case DATE -> LocalDate.ofEpochDay(column.getDate(entity));
            // hundredths, which a double near them stands for
            case DOUBLE -> BigDecimal.valueOf(Math.round(column.getDouble(entity) * 100), 2);
            case VARCHAR -> column.getString(entity);
        };
    }
}
