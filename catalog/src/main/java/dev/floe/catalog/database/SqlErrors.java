package dev.floe.catalog.database;

import com.zaxxer.hikari.pool.HikariPool;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.sql.SQLException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Errors of the database as Floe's; the one place that knows drivers' codes. */
public final class SqlErrors {
    private static final int RETRY_AFTER_MILLIS = 1_000;

    private SqlErrors() {}

    /** The failure of a statement; callers see no SQL. */
    public static FloeException translate(Throwable e) {
        SQLException sql = sqlException(e);
        if (sql instanceof SQLiteException sqlite && primaryCode(sqlite) == SQLiteErrorCode.SQLITE_FULL.code) {
            return new FloeException(ErrorCode.DISK_FULL, "the catalog's disk is full", e)
                    .advise("free space under the data folder");
        }
        return new FloeException(ErrorCode.CATALOG_UNAVAILABLE, "the catalog's database did not answer", e)
                .advise("try again; an operator finds the cause in the server's log")
                .retryAfter(RETRY_AFTER_MILLIS);
    }

    static FloeException translateOpening(HikariPool.PoolInitializationException e) {
        SQLException sql = sqlException(e);
        if (sql instanceof SQLiteException) {
            return new FloeException(
                            ErrorCode.DATA_FOLDER_UNUSABLE,
                            "the catalog's file can't be opened: " + sql.getMessage(),
                            e)
                    .advise("check that the file is a Floe catalog and may be read and written");
        }
        String cause = sql == null ? String.valueOf(e.getMessage()) : String.valueOf(sql.getMessage());
        return new FloeException(ErrorCode.CATALOG_UNAVAILABLE, "can't connect to the catalog's database: " + cause, e)
                .advise("check catalog.jdbc-url, catalog.user and catalog.password, and that the server runs");
    }

    private static int primaryCode(SQLiteException e) {
        // extended codes keep the primary one in the low byte
        return e.getResultCode().code & 0xff;
    }

    private static @Nullable SQLException sqlException(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** Whether a failure came out of the database, however deep it is wrapped. */
    public static boolean isFromDatabase(Throwable e) {
        return e instanceof UncheckedSQLException || sqlException(e) != null;
    }
}
