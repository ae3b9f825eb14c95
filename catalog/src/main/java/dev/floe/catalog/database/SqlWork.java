package dev.floe.catalog.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Statements to run on a connection, which is not theirs to close. */
public interface SqlWork<T> {
    T run(Connection connection) throws SQLException;
}
