package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.ScanSource;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.scan.SnapshotRows;
import dev.floe.sql.scan.TableView;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.runtime.Bindable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A plan being run at fixed snapshots. Scans open when the plan first asks, and are all closed with the query. */
public final class RunningQuery implements QueryCursor, ScanSource {
    private static final int ROWS_BETWEEN_CHECKS = 1_024;

    private final StatementPlan plan;
    private final Map<UUID, TableView> views;
    private final List<@Nullable Object> parameters;
    private final QueryLimits limits;
    private final QueryClock clock;
    private final List<ScanRows> opened = new ArrayList<>();
    private @Nullable Enumerator<?> rows;
    private long returned;

    /** {@code views} has the table of every scan, by id. */
    public RunningQuery(
            StatementPlan plan,
            Map<UUID, TableView> views,
            ColumnBatch parameters,
            QueryLimits limits,
            QueryClock clock) {
        this.plan = plan;
        this.views = Map.copyOf(views);
        this.parameters = ParameterValues.of(plan.parameterTypes(), parameters);
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public List<ResultColumn> columns() {
        return plan.columns();
    }

    @Override
    public List<TableCut> cuts() {
        return views.values().stream().map(TableView::cut).toList();
    }

    @Override
    public @Nullable ColumnBatch next() {
        clock.check();
        try {
            return nextBatch();
        } catch (ArithmeticException | IllegalArgumentException | ClassCastException e) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, "a value can't be computed: " + e.getMessage(), e)
                    .advise("cast to a wider type, or leave such rows out by a condition");
        } catch (StackOverflowError e) {
            throw new FloeException(ErrorCode.QUERY_TOO_COMPLEX, "the statement is nested too deeply", e);
        } catch (RuntimeException e) {
            throw QueryFailures.unwrap(e);
        }
    }

    private @Nullable ColumnBatch nextBatch() {
        Enumerator<?> in = rows;
        if (in == null) {
            in = start();
            rows = in;
        }
        List<VectorBuilder> builders = plan.columns().stream()
                .map(column -> VectorBuilder.of(column.type(), limits.batchRowsMax()))
                .toList();
        int count = 0;
        while (count < limits.batchRowsMax() && in.moveNext()) {
            append(builders, in.current());
            count++;
            if (count % ROWS_BETWEEN_CHECKS == 0) {
                clock.check();
            }
        }
        returned += count;
        if (returned > limits.rowsMax()) {
            throw new FloeException(
                            ErrorCode.ROW_LIMIT_EXCEEDED, "the result has more than " + limits.rowsMax() + " rows")
                    .advise("add a LIMIT or a condition, or ask for a higher limit");
        }
        return count == 0 ? null : batch(builders, count);
    }

    @Override
    public void cancel() {
        clock.cancel();
    }

    @Override
    public void close() {
        Enumerator<?> open = rows;
        rows = Linq4j.emptyEnumerator();
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            opened.forEach(ScanRows::close);
            opened.clear();
        }
    }

    @Override
    public Enumerable<@Nullable Object[]> scan(int number) {
        PlannedScan scan = plan.scans().get(number);
        TableView view = views.get(scan.definition().id());
        if (view == null) {
            throw new IllegalStateException("no view of the scan " + number);
        }
        return new AbstractEnumerable<>() {
            @Override
            public Enumerator<@Nullable Object[]> enumerator() {
                return open(scan, view);
            }
        };
    }

    private Enumerator<@Nullable Object[]> open(PlannedScan scan, TableView view) {
        Schema schema = scan.definition().schema();
        List<Type> types = scan.fieldIds().stream().map(schema::findType).toList();
        Optional<ColumnBatch> keys = scan.keys(parameters);
        RowSource source = keys.isPresent() ? new LookupRows(scan, view, keys.get()) : files(scan, view);
        ScanRows open = new ScanRows(source, types, scan.limit(), clock::check);
        opened.add(open);
        return open;
    }

    private RowSource files(PlannedScan scan, TableView view) {
        Expression filter = scan.pruning(parameters);
        FilePlan files = FilePlan.of(view, filter, buckets(scan));
        return new SnapshotRows(files, scan.definition().schema(), scan.fieldIds(), filter);
    }

    /** The bucket of the only key that can be found; empty for all buckets. */
    private Set<Integer> buckets(PlannedScan scan) {
        Optional<List<Object>> key = scan.onlyKey(parameters);
        if (key.isEmpty()) {
            return Set.of();
        }
        Schema schema = scan.definition().schema();
        List<Integer> ids = scan.definition().keyFieldIds();
        List<Vector> columns = IntStream.range(0, ids.size())
                .mapToObj(i -> VectorBuilder.of(
                        schema.findType(ids.get(i)), List.of(key.get().get(i))))
                .toList();
        ColumnBatch one = new ColumnBatch(1, ids, columns, new byte[1]);
        BucketFunction function =
                BucketFunction.of(schema, ids, scan.definition().buckets());
        return Arrays.stream(function.bucketsOf(one)).boxed().collect(Collectors.toSet());
    }

    private Enumerator<?> start() {
        if (plan.explanation() != null) {
            List<String> lines = plan.explanation().lines().toList();
            return Linq4j.enumerator(lines);
        }
        Bindable<?> code = plan.code();
        if (code == null) {
            throw new IllegalStateException("a plan has code or an explanation");
        }
        return code.bind(new PlanContext(plan, parameters, this, clock.cancelled(), Clock.systemUTC()))
                .enumerator();
    }

    private void append(List<VectorBuilder> builders, @Nullable Object row) {
        if (builders.size() == 1) {
            Object value = row instanceof Object[] values && isRow(values) ? values[0] : row;
            ColumnValues.append(builders.get(0), plan.columns().get(0).type(), value);
            return;
        }
        Object[] values = (Object[]) row;
        for (int i = 0; i < builders.size(); i++) {
            ColumnValues.append(builders.get(i), plan.columns().get(i).type(), values == null ? null : values[i]);
        }
    }

    /** A single column comes bare or in an array, except that a struct is an array itself. */
    private boolean isRow(Object[] values) {
        return !plan.columns().get(0).type().isStructType() || (values.length == 1 && values[0] instanceof Object[]);
    }

    private static ColumnBatch batch(List<VectorBuilder> builders, int count) {
        List<Integer> ids = IntStream.range(0, builders.size()).boxed().toList();
        List<Vector> vectors = builders.stream().map(VectorBuilder::build).toList();
        return new ColumnBatch(count, ids, vectors, new byte[count]);
    }
}
