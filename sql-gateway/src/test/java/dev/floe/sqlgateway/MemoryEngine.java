package dev.floe.sqlgateway;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.EngineSums;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCounts;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.SqlWords;
import dev.floe.sql.engine.TableCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A query engine over a few fixed statements.
 *
 * <p>{@code numbers N} counts from 0 to N - 1, {@code kept N} does so too and says that it was kept, {@code endless}
 * never ends, {@code echo} answers its parameters, one of each simple type of {@link MemoryTables#everyType},
 * {@code text N} is one row of N characters, {@code broken} ends with an error of the virtual machine; {@code rows} are
 * those given by {@link #rows}. Two change rows: {@code store} stores as many as its parameter says, none for less than
 * 0, and {@code hang} ends when it is cancelled. Anything else is INVALID_SQL.
 */
public final class MemoryEngine implements QueryEngine {
    public static final TableCut CUT = new TableCut("events", 42, Instant.parse("2026-01-02T03:04:05.678901Z"));

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();
    private final List<Long> stored = Collections.synchronizedList(new ArrayList<>());
    private List<ResultColumn> rowColumns = List.of();
    private List<List<@Nullable Object>> rows = List.of();
    private EngineSums sums = EngineSums.NONE;

    /** Makes the rows that the statement {@code rows} gives. */
    public void rows(List<ResultColumn> columns, List<List<@Nullable Object>> values) {
        rowColumns = columns;
        rows = values;
    }

    /** Makes what it says that it counted. */
    public void count(EngineSums counted) {
        sums = counted;
    }

    /** Cursors not closed. */
    public int openCursors() {
        return open.get();
    }

    /** Batches given by all cursors so far. */
    public int batchesGiven() {
        return batches.get();
    }

    /** The parameter of each {@code store} that ran, in order. */
    public List<Long> stored() {
        return List.copyOf(stored);
    }

    @Override
    public PreparedQuery prepare(Principal principal, String sql) {
        List<ResultColumn> columns = switch (sql.split(" ")[0]) {
            case "numbers", "kept", "endless", "store", "hang", "broken" ->
                List.of(new ResultColumn("n", Types.LongType.get(), false));
            case "text" -> List.of(new ResultColumn("t", Types.StringType.get(), true));
            case "echo" -> simpleTypes();
            case "rows" -> rowColumns;
            default ->
                throw new FloeException(ErrorCode.INVALID_SQL, "line 1, column 1: '" + sql + "' is no query")
                        .advise("send a query");
        };
        List<Type> parameters = sql.equals("echo") || sql.equals("store")
                ? columns.stream().map(ResultColumn::type).toList()
                : List.of();
        return new Statement(sql, columns, parameters);
    }

    private record Statement(String sql, List<ResultColumn> columns, List<Type> parameterTypes)
            implements PreparedQuery {
        @Override
        public boolean changesRows() {
            return sql.equals("store") || sql.equals("hang");
        }
    }

    /** A result column for each simple column of {@link MemoryTables#everyType}. */
    public static List<ResultColumn> simpleTypes() {
        return MemoryTables.everyType().columns().stream()
                .filter(column -> column.type().isPrimitiveType())
                .map(column -> new ResultColumn(column.name(), column.type(), true))
                .toList();
    }

    @Override
    public SqlWords words() {
        return new SqlWords(
                List.of("UPSERT"), List.of("ABS", "SUM"), List.of("UPPER"), List.of("CURRENT_DATE"), List.of());
    }

    @Override
    public QueryCursor execute(
            Principal principal, PreparedQuery query, ColumnBatch parameters, ReadCut cut, QueryLimits limits) {
        String[] words = query.sql().split(" ");
        long total = words.length > 1 ? Long.parseLong(words[1]) : Long.MAX_VALUE;
        return switch (words[0]) {
            case "numbers", "endless" -> new Cursor(query.columns(), total, limits, row -> List.of(row));
            case "kept" ->
                new Cursor(query.columns(), total, limits, row -> List.of(row)) {
                    @Override
                    public boolean isFromCache() {
                        return true;
                    }
                };
            case "text" -> new Cursor(query.columns(), 1, limits, row -> List.of("x".repeat((int) total)));
            case "echo" -> new Cursor(query.columns(), 1, limits, row -> values(query.columns(), parameters));
            case "store" -> new Cursor(query.columns(), 1, limits, row -> List.of(store(parameters)));
            case "broken" ->
                new Cursor(query.columns(), 1, limits, row -> {
                    throw new NoClassDefFoundError("generated");
                });
            case "hang" -> new HangingCursor(query.columns(), limits);
            default -> new Cursor(query.columns(), rows.size(), limits, row -> rows.get(row.intValue()));
        };
    }

    private long store(ColumnBatch parameters) {
        long rows = ((LongVector) parameters.columns().get(0)).value(0);
        if (rows < 0) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, rows + " can't be stored");
        }
        stored.add(rows);
        return rows;
    }

    private static List<@Nullable Object> values(List<ResultColumn> columns, ColumnBatch row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(ValueReader.value(row.columns().get(i), columns.get(i).type(), 0));
        }
        return values;
    }

    /** Knows the route JFK 1 with a delay of 7. */
    @Override
    public LookupResult lookup(Principal principal, LookupRequest request) {
        List<ResultColumn> columns = List.of(
                new ResultColumn("origin", Types.StringType.get(), false),
                new ResultColumn("number", Types.LongType.get(), false),
                new ResultColumn("delay", Types.IntegerType.get(), true));
        Vector origins = request.keys().columns().get(request.keys().fieldIds().indexOf(1));
        Vector numbers = request.keys().columns().get(request.keys().fieldIds().indexOf(2));
        List<Integer> found = IntStream.range(0, request.keys().rowCount())
                .map(row -> "JFK".equals(ValueReader.value(origins, Types.StringType.get(), row))
                                && Long.valueOf(1).equals(ValueReader.value(numbers, Types.LongType.get(), row))
                        ? 0
                        : -1)
                .boxed()
                .toList();
        return new LookupResult(columns, batch(columns, List.of(List.of("JFK", 1L, 7))), found, CUT);
    }

    @Override
    public QueryCounts counts() {
        return QueryCounts.NONE;
    }

    @Override
    public EngineSums sums() {
        return sums;
    }

    @Override
    public void close() {}

    public static ColumnBatch batch(List<ResultColumn> columns, List<? extends List<? extends @Nullable Object>> rows) {
        Map<Integer, VectorBuilder> builders = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            builders.put(i, VectorBuilder.of(columns.get(i).type(), rows.size()));
        }
        for (List<? extends @Nullable Object> row : rows) {
            builders.forEach((i, builder) -> builder.append(row.get(i)));
        }
        List<Integer> ids = IntStream.range(0, columns.size()).boxed().toList();
        List<Vector> vectors =
                builders.values().stream().map(VectorBuilder::build).toList();
        return new ColumnBatch(rows.size(), ids, vectors, new byte[rows.size()]);
    }

    private class Cursor implements QueryCursor {
        private final List<ResultColumn> columns;
        private final long total;
        private final QueryLimits limits;
        private final Function<Long, List<@Nullable Object>> rowAt;
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean cancelled;
        private long next;

        Cursor(
                List<ResultColumn> columns,
                long total,
                QueryLimits limits,
                Function<Long, List<@Nullable Object>> rowAt) {
            this.columns = columns;
            this.total = total;
            this.limits = limits;
            this.rowAt = rowAt;
            open.incrementAndGet();
        }

        @Override
        public List<ResultColumn> columns() {
            return columns;
        }

        @Override
        public List<TableCut> cuts() {
            return List.of(CUT);
        }

        @Override
        public @Nullable ColumnBatch next() {
            if (cancelled) {
                throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
            }
            if (closed.get()) {
                throw new IllegalStateException("the cursor is closed");
            }
            if (next >= total) {
                return null;
            }
            List<List<@Nullable Object>> some = new ArrayList<>();
            while (next < total && some.size() < limits.batchRowsMax()) {
                some.add(rowAt.apply(next++));
            }
            if (next > limits.rowsMax()) {
                throw new FloeException(ErrorCode.ROW_LIMIT_EXCEEDED, "more than " + limits.rowsMax() + " rows")
                        .advise("ask for less");
            }
            batches.incrementAndGet();
            return batch(columns, some);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }

    private final class HangingCursor extends Cursor {
        private final CountDownLatch cancelled = new CountDownLatch(1);

        HangingCursor(List<ResultColumn> columns, QueryLimits limits) {
            super(columns, 0, limits, row -> List.of());
        }

        @Override
        public @Nullable ColumnBatch next() {
            batches.incrementAndGet();
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.next();
        }

        @Override
        public void cancel() {
            super.cancel();
            cancelled.countDown();
        }
    }
}
