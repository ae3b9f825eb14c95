package dev.floe.it.fire;

import dev.floe.client.FloeClient;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import dev.floe.client.TableSnapshot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way to ask a query: gRPC, or JDBC, which reads at latest only and does not tell the snapshot. */
interface Service {
    Reply query(String sql, List<Object> parameters, ReadAt cut) throws SQLException;

    /** Rows, and what the answer's header says of the table. */
    record Reply(List<@Nullable Object[]> rows, Optional<TableSnapshot> snapshot) {}

    static Service of(FloeClient client) {
        return (sql, parameters, cut) -> {
            try (QueryRows rows =
                    client.query(Query.of(sql, parameters.toArray()).at(cut))) {
                List<@Nullable Object[]> all =
                        rows.all().stream().map(Row::values).toList();
                return new Reply(all, rows.snapshots().stream().findFirst());
            }
        };
    }

    static Service of(Connection connection) {
        return (sql, parameters, cut) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.size(); i++) {
                    statement.setObject(i + 1, parameters.get(i));
                }
                List<@Nullable Object[]> all = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        @Nullable Object[] row = new Object[columns];
                        for (int column = 0; column < columns; column++) {
                            row[column] = rows.getObject(column + 1);
                        }
                        all.add(row);
                    }
                }
                return new Reply(all, Optional.empty());
            }
        };
    }
}
