package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sqlgateway.admission.Admission;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A JDBC connection: its statements, and when it was used last. */
final class JdbcSession {
    private final Principal principal;
    private final TimeForm form;
    private final Admission.Place place;
    private final AtomicInteger statementIds;
    private final int statementsMax;
    private final Map<Integer, JdbcStatement> statements = new ConcurrentHashMap<>();
    private volatile long usedNanos = System.nanoTime();
    private volatile boolean closed;

    /** {@code statementIds} is the server's: no id is given twice, so a stale one finds nothing. */
    JdbcSession(
            Principal principal, TimeForm form, Admission.Place place, AtomicInteger statementIds, int statementsMax) {
        this.principal = principal;
        this.form = form;
        this.place = place;
        this.statementIds = statementIds;
        this.statementsMax = statementsMax;
    }

    Principal principal() {
        return principal;
    }

    TimeForm form() {
        return form;
    }

    void touch() {
        usedNanos = System.nanoTime();
    }

    JdbcStatement create(@Nullable PreparedQuery query, long rowsMax) {
        if (statements.size() >= statementsMax) {
            throw new FloeException(
                            ErrorCode.OVERLOADED,
                            "the connection has " + statementsMax + " statements, the most it may")
                    .advise("close statements that are no longer used");
        }
        JdbcStatement statement = new JdbcStatement(nextId(), query, rowsMax);
        statements.put(statement.id(), statement);
        if (closed) {
            close();
            throw new JdbcErrors.MissingConnection();
        }
        return statement;
    }

    /** An id for a result that holds nothing on the server. */
    int nextId() {
        return statementIds.incrementAndGet();
    }

    @Nullable
    JdbcStatement find(int id) {
        return statements.get(id);
    }

    void closeStatement(int id) {
        JdbcStatement statement = statements.remove(id);
        if (statement != null) {
            statement.close();
        }
    }

    /** Closes results whose time is up; true where the connection was idle for longer than allowed. */
    boolean expire(long idleMaxNanos) {
        statements.values().forEach(JdbcStatement::expireResult);
        return System.nanoTime() - usedNanos > idleMaxNanos
                && statements.values().stream().noneMatch(JdbcStatement::isRunning);
    }

    void close() {
        closed = true;
        statements.keySet().forEach(this::closeStatement);
        place.close();
    }
}
