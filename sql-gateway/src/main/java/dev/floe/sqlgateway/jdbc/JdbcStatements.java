package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.storage.column.ColumnBatch;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Calls that prepare, run and read statements. */
final class JdbcStatements {
    private static final int FRAME_ROWS = 1_000;

    private final QueryEngine engine;
    private final JdbcSessions sessions;
    private final SqlSettings limits;
    private final int frameRowsMax;
    private final Admission queries;
    private final JdbcChanges changes;

    JdbcStatements(QueryEngine engine, JdbcSessions sessions, SqlSettings limits, int frameRowsMax, Admission queries) {
        this.engine = engine;
        this.sessions = sessions;
        this.limits = limits;
        this.frameRowsMax = frameRowsMax;
        this.queries = queries;
        this.changes = new JdbcChanges(engine, limits, queries);
    }

    JdbcChanges changes() {
        return changes;
    }

    Service.CreateStatementResponse create(Principal principal, Service.CreateStatementRequest request) {
        JdbcStatement statement = sessions.get(principal, request.connectionId).create(null, Long.MAX_VALUE);
        return new Service.CreateStatementResponse(request.connectionId, statement.id(), null);
    }

    Service.CloseStatementResponse close(Principal principal, Service.CloseStatementRequest request) {
        sessions.get(principal, request.connectionId).closeStatement(request.statementId);
        return new Service.CloseStatementResponse();
    }

    Service.PrepareResponse prepare(Principal principal, Service.PrepareRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        PreparedQuery query = engine.prepare(principal, request.sql);
        JdbcStatement statement = session.create(query, rowsMax(request.maxRowCount));
        Meta.Signature signature = signature(query, session.form());
        return new Service.PrepareResponse(
                new Meta.StatementHandle(request.connectionId, statement.id(), signature), null);
    }

    Service.ExecuteResponse prepareAndExecute(Principal principal, Service.PrepareAndExecuteRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        JdbcStatement statement = session.find(request.statementId);
        if (statement == null) {
            return missing();
        }
        return statement.exclusively(() -> {
            PreparedQuery query = engine.prepare(principal, request.sql);
            Run run = new Run(session, statement, query, rowsMax(request.maxRowCount));
            return started(request.connectionId, run, List.of(), request.maxRowsInFirstFrame);
        });
    }

    Service.ExecuteResponse execute(Principal principal, Service.ExecuteRequest request) {
        if (request.statementHandle == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the request names no statement");
        }
        String connectionId = request.statementHandle.connectionId;
        JdbcSession session = sessions.get(principal, connectionId);
        JdbcStatement statement = session.find(request.statementHandle.id);
        if (statement == null) {
            return missing();
        }
        List<TypedValue> values = request.parameterValues == null ? List.of() : request.parameterValues;
        return statement.exclusively(() -> {
            Run run = new Run(session, statement, statement.query(), statement.rowsMax());
            return started(connectionId, run, values, request.maxRowCount);
        });
    }

    /** What is run on which statement, with the rows that its result is cut at. */
    private record Run(JdbcSession session, JdbcStatement statement, PreparedQuery query, long rowsMax) {}

    private Service.ExecuteResponse started(
            String connectionId, Run run, List<? extends @Nullable TypedValue> values, int frameHint) {
        PreparedQuery query = run.query();
        ColumnBatch parameters = JdbcParameters.batch(values, query.parameterTypes());
        run.statement().replaceResult(null);
        if (query.changesRows()) {
            return changed(connectionId, run, parameters);
        }
        JdbcResult result = open(run, parameters);
        run.statement().replaceResult(result);
        Meta.Frame first = result.frame(0, frameRows(frameHint));
        Service.ResultSetResponse response = new Service.ResultSetResponse(
                connectionId,
                run.statement().id(),
                false,
                signature(query, run.session().form()),
                first,
                -1,
                null);
        return new Service.ExecuteResponse(List.of(response), false, null);
    }

    private Service.ExecuteResponse changed(String connectionId, Run run, ColumnBatch parameters) {
        long rows = changes.run(run.statement(), run.session().principal(), run.query(), parameters);
        Service.ResultSetResponse response =
                new Service.ResultSetResponse(connectionId, run.statement().id(), false, null, null, rows, null);
        return new Service.ExecuteResponse(List.of(response), false, null);
    }

    private JdbcResult open(Run run, ColumnBatch parameters) {
        Principal principal = run.session().principal();
        QueryLimits queryLimits = limits.limits(0, limits.queryTimeMax(), FRAME_ROWS);
        Admission.Place place = run.statement().await(queries.request(principal.tenant(), limits.queryTimeMax()));
        try {
            return new JdbcResult(
                    engine.execute(principal, run.query(), parameters, new ReadCut.Latest(), queryLimits),
                    place,
                    run.session().form(),
                    run.rowsMax(),
                    limits.responseBytes(),
                    limits.queryTimeMax());
        } catch (RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    /** A missing statement is an error: the driver would make a new one and take its rows for the old one's. */
    Service.FetchResponse fetch(Principal principal, Service.FetchRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        JdbcStatement statement = session.find(request.statementId);
        if (statement == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the statement is not open").advise("run it again");
        }
        Meta.Frame frame = statement.exclusively(
                () -> statement.result().frame(request.offset, frameRows(request.fetchMaxRowCount)));
        session.touch();
        return new Service.FetchResponse(frame, false, false, null);
    }

    /** Nothing has run, so the driver may make the statement anew. */
    private static Service.ExecuteResponse missing() {
        return new Service.ExecuteResponse(List.of(), true, null);
    }

    /** The driver's own default of 100 rows is no wish of the caller's. */
    private int frameRows(int hint) {
        int rows = hint <= 0 || hint == AvaticaStatement.DEFAULT_FETCH_SIZE ? FRAME_ROWS : hint;
        return Math.min(rows, frameRowsMax);
    }

    /** Negative means no limit, and 0 no rows. */
    private static long rowsMax(long given) {
        return given < 0 ? Long.MAX_VALUE : given;
    }

    /** A statement that changes rows has no columns: its answer is an update count. */
    private static Meta.Signature signature(PreparedQuery query, TimeForm form) {
        List<ColumnMetaData> columns = new ArrayList<>();
        for (ResultColumn column : query.changesRows() ? List.<ResultColumn>of() : query.columns()) {
            int nullability = column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls;
            columns.add(JdbcType.of(column.type(), form).column(columns.size(), column.name(), nullability));
        }
        List<AvaticaParameter> parameters = new ArrayList<>();
        for (Type type : query.parameterTypes()) {
            parameters.add(JdbcType.of(type, form).parameter(parameters.size()));
        }
        Meta.StatementType type = query.changesRows() ? Meta.StatementType.OTHER_DML : Meta.StatementType.SELECT;
        return Meta.Signature.create(columns, query.sql(), parameters, Meta.CursorFactory.LIST, type);
    }
}
