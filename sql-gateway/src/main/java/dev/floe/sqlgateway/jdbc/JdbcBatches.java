package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryEngine;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/**
 * Batches of statements, as {@code addBatch} collects them.
 *
 * <p>They run one after another, each durable before the next; the first that fails ends the batch, and those before
 * it stay, as JDBC allows without transactions.
 */
final class JdbcBatches {
    private static final int STATEMENTS_MAX = 10_000;

    private final QueryEngine engine;
    private final JdbcSessions sessions;
    private final JdbcChanges changes;

    JdbcBatches(QueryEngine engine, JdbcSessions sessions, JdbcChanges changes) {
        this.engine = engine;
        this.sessions = sessions;
        this.changes = changes;
    }

    /** One prepared statement with many rows of parameters. */
    Service.ExecuteBatchResponse execute(Principal principal, Service.ExecuteBatchRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        JdbcStatement statement = session.find(request.statementId);
        if (statement == null) {
            return missing(request.connectionId, request.statementId);
        }
        List<List<TypedValue>> rows = request.hasProtoUpdateBatches()
                ? request.getProtoUpdateBatches().stream()
                        .map(JdbcBatches::values)
                        .toList()
                : request.parameterValues;
        requireSize(rows.size());
        long[] counts = statement.exclusively(() -> {
            PreparedQuery query = statement.query();
            requireChange(query);
            return counts(
                    rows.size(),
                    i -> changes.run(
                            statement, principal, query, JdbcParameters.batch(rows.get(i), query.parameterTypes())));
        });
        session.touch();
        return new Service.ExecuteBatchResponse(request.connectionId, request.statementId, counts, false, null);
    }

    /** Statements without parameters. */
    Service.ExecuteBatchResponse prepareAndExecute(Principal principal, Service.PrepareAndExecuteBatchRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        JdbcStatement statement = session.find(request.statementId);
        if (statement == null) {
            return missing(request.connectionId, request.statementId);
        }
        requireSize(request.sqlCommands.size());
        long[] counts = statement.exclusively(() -> counts(request.sqlCommands.size(), i -> {
            PreparedQuery query = engine.prepare(principal, request.sqlCommands.get(i));
            requireChange(query);
            return changes.run(statement, principal, query, JdbcParameters.batch(List.of(), query.parameterTypes()));
        }));
        session.touch();
        return new Service.ExecuteBatchResponse(request.connectionId, request.statementId, counts, false, null);
    }

    private static long[] counts(int statements, IntFunction<Long> run) {
        long[] counts = new long[statements];
        for (int i = 0; i < statements; i++) {
            try {
                counts[i] = run.apply(i);
            } catch (FloeException e) {
                throw new FloeException(
                                e.code(),
                                "statement " + (i + 1) + " of " + statements + " in the batch: " + e.message()
                                        + (i == 0 ? "" : " (those before it are stored)"),
                                e)
                        .at(e.fieldPath())
                        .advise(e.action());
            }
        }
        return counts;
    }

    private static List<TypedValue> values(Requests.UpdateBatch batch) {
        return batch.getParameterValuesList().stream()
                .map(TypedValue::fromProto)
                .toList();
    }

    private static void requireChange(@Nullable PreparedQuery query) {
        if (query == null || !query.changesRows()) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "a batch takes INSERT, UPSERT, UPDATE and DELETE only")
                    .advise("run queries one by one");
        }
    }

    private static void requireSize(int statements) {
        if (statements > STATEMENTS_MAX) {
            throw new FloeException(
                            ErrorCode.TOO_MANY_ROWS,
                            "the batch has " + statements + " statements, more than " + STATEMENTS_MAX)
                    .advise("call executeBatch more often");
        }
    }

    /** Nothing has run, so the driver may make the statement anew. */
    private static Service.ExecuteBatchResponse missing(String connectionId, int statementId) {
        return new Service.ExecuteBatchResponse(connectionId, statementId, new long[0], true, null);
    }
}
