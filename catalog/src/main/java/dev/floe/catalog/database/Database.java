package dev.floe.catalog.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.floe.catalog.CatalogSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.sqlite.SQLiteConfig;

/**
 * The catalog's SQLite or Postgres database, migrated to this build's schema.
 *
 * <p>A transaction belongs to the thread that began it: whatever that thread runs here in the meantime, Iceberg's
 * catalog included, is part of it. A failure is a {@link FloeException}, CATALOG_UNAVAILABLE unless it is known better.
 *
 * <p>SQLite runs in WAL mode with {@code synchronous=FULL}: a transaction that returned survives a power cut. Its
 * transactions take the write lock when they begin, so that none fails half way for having read first.
 */
public final class Database implements AutoCloseable {
    private static final int SQLITE_CONNECTIONS_MAX = 4;
    private static final int POSTGRES_CONNECTIONS_MAX = 8;
    private static final int CONNECTION_TIMEOUT_MILLIS = 10_000;
    private static final int BUSY_TIMEOUT_MILLIS = 10_000;
    private static final String SQLITE_PREFIX = "jdbc:sqlite:";
    private static final String POSTGRES_PREFIX = "jdbc:postgresql:";

    private final HikariDataSource connections;
    private final LongAdder uses = new LongAdder();

    @SuppressWarnings("ThreadLocalUsage") // a process may have several databases open, each with own transactions
    private final ThreadLocal<Connection> transaction = new ThreadLocal<>();

    private Database(HikariDataSource connections) {
        this.connections = connections;
    }

    /**
     * Opens and migrates the database.
     *
     * <p>Throws INVALID_SETTINGS for a URL of another kind, DATA_FOLDER_NEWER where a newer build migrated it,
     * DATA_FOLDER_UNUSABLE where its file can't be used, CATALOG_UNAVAILABLE where its server can't be reached.
     */
    public static Database open(CatalogSettings settings) {
        HikariDataSource connections = connect(settings);
        try {
            Migrations.apply(connections);
            return new Database(connections);
        } catch (RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    /** Runs one statement, or several that need no common view, in the thread's transaction if there is one. */
    public <T> T run(SqlWork<T> work) {
        Connection current = transaction.get();
        uses.increment();
        try {
            if (current != null) {
                return work.run(current);
            }
            try (Connection connection = connections.getConnection()) {
                return work.run(connection);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    /** Runs the work in one transaction: all of it happens, or none. Transactions don't nest. */
    public <T> T transact(SqlWork<T> work) {
        if (transaction.get() != null) {
            throw new IllegalStateException("this thread is in a transaction already");
        }
        uses.increment();
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            transaction.set(connection);
            boolean done = false;
            try {
                T result = work.run(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                transaction.remove();
                end(connection, done);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        } catch (UncheckedSQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    /** A connection for Iceberg's catalog: the transaction's where this thread has one. */
    <T> T runRaw(RawWork<T> work) throws SQLException, InterruptedException {
        Connection current = transaction.get();
        uses.increment();
        if (current != null) {
            return work.run(current);
        }
        try (Connection connection = connections.getConnection()) {
            return work.run(connection);
        }
    }

    /** Times it was asked for something since it was opened. */
    public long uses() {
        return uses.sum();
    }

    @Override
    public void close() {
        connections.close();
    }

    private static void end(Connection connection, boolean done) throws SQLException {
        if (!done) {
            connection.rollback();
        }
        connection.setAutoCommit(true);
    }

    private static HikariDataSource connect(CatalogSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("floe-catalog");
        pool.setJdbcUrl(settings.jdbcUrl());
        pool.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        if (settings.jdbcUrl().startsWith(SQLITE_PREFIX)) {
            prepareFolder(Path.of(settings.jdbcUrl().substring(SQLITE_PREFIX.length())));
            pool.setMaximumPoolSize(SQLITE_CONNECTIONS_MAX);
            pool.setDataSourceProperties(sqlite());
        } else if (settings.jdbcUrl().startsWith(POSTGRES_PREFIX)) {
            pool.setMaximumPoolSize(POSTGRES_CONNECTIONS_MAX);
            pool.setUsername(settings.user());
            pool.setPassword(settings.password().value());
        } else {
            throw new FloeException(
                            ErrorCode.INVALID_SETTINGS,
                            "catalog.jdbc-url: '" + settings.jdbcUrl() + "' is no database Floe can use")
                    .advise("give jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE");
        }
        try {
            return new HikariDataSource(pool);
        } catch (HikariPool.PoolInitializationException e) {
            throw SqlErrors.translateOpening(e);
        }
    }

    private static Properties sqlite() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config.toProperties();
    }

    private static void prepareFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't create the folder " + folder, e)
                    .advise("name a folder that can be written as the data folder");
        }
    }

    /** Work of Iceberg's catalog, whose interface lets it be interrupted. */
    interface RawWork<T> {
        T run(Connection connection) throws SQLException, InterruptedException;
    }
}
