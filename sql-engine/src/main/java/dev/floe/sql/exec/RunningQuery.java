package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.DuckDb;
import dev.floe.sql.duckdb.DuckRows;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.LookupPlan;
import dev.floe.sql.plan.PlannedFragment;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.ScanSource;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.scan.ReadTally;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.translate.BoundValues;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.runtime.Bindable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A plan being run at fixed snapshots.
 *
 * <p>Scans and fragments open when the plan first asks, and are all closed with the query. What DuckDB computes whole
 * passes through as batches; of generated code the rows are put into batches here.
 */
public final class RunningQuery implements QueryCursor, ScanSource {
    private static final int ROWS_BETWEEN_CHECKS = 1_024;
    private static final double NANOS_A_MILLI = 1e6;

    private final StatementPlan plan;
    private final StatementViews views;
    private final @Nullable DuckDb duckDb;
    private final ColumnBatch bound;
    private final List<@Nullable Object> parameters;
    private final ScanPlans scans;
    private final QueryLimits limits;
    private final QueryClock clock;
    private final RunReads reads;
    private final List<RowSource> opened = new ArrayList<>();
    private final Queue<DuckRows> cancellable = new ConcurrentLinkedQueue<>();
    private @Nullable RowSource whole;
    private @Nullable Enumerator<?> rows;
    private boolean ended;
    private long returned;

    /** {@code views} has the table of every scan; {@code duckDb} is there where the plan has fragments. */
    public RunningQuery(
            StatementPlan plan, StatementViews views, @Nullable DuckDb duckDb, ColumnBatch parameters, Run run) {
        this.plan = plan;
        this.views = views;
        this.duckDb = duckDb;
        this.bound = parameters;
        this.parameters = ParameterValues.of(plan.parameterTypes(), parameters);
        this.scans = new ScanPlans(views, this.parameters, run.reads);
        this.limits = run.limits;
        this.clock = run.clock;
        this.reads = run.reads;
    }

    /** What bounds a run, and who is told what it reads. */
    public record Run(QueryLimits limits, QueryClock clock, RunReads reads) {}

    @Override
    public List<ResultColumn> columns() {
        return plan.columns();
    }

    @Override
    public List<TableCut> cuts() {
        return views.cuts();
    }

    @Override
    public @Nullable ColumnBatch next() {
        clock.check();
        try {
            ColumnBatch batch = isWhole() ? wholeRows().next(limits.batchRowsMax()) : nextOfCode();
            returned += batch == null ? 0 : batch.rowCount();
            limits.checkRows(returned);
            return batch;
        } catch (ArithmeticException | IllegalArgumentException | ClassCastException e) {
            throw QueryFailures.computed(e, e);
        } catch (StackOverflowError e) {
            throw new FloeException(ErrorCode.QUERY_TOO_COMPLEX, "the statement is nested too deeply", e);
        } catch (LinkageError e) {
            throw QueryFailures.ofInitializer(e);
        } catch (RuntimeException e) {
            throw QueryFailures.unwrap(e);
        }
    }

    private boolean isWhole() {
        return plan.code() == null && plan.explanation() == null;
    }

    private RowSource wholeRows() {
        RowSource open = whole;
        if (open == null) {
            open = open(plan.fragments().get(0));
            whole = open;
        }
        return open;
    }

    private @Nullable ColumnBatch nextOfCode() {
        Enumerator<?> in = rows;
        if (in == null) {
            in = start();
            rows = in;
        }
        List<VectorBuilder> builders = plan.columns().stream()
                .map(column -> VectorBuilder.of(column.type(), limits.batchRowsMax()))
                .toList();
        int count = 0;
        while (!ended && count < limits.batchRowsMax()) {
            if (!in.moveNext()) {
                // some enumerators begin anew when they are asked again
                ended = true;
                break;
            }
            append(builders, in.current());
            count++;
            if (count % ROWS_BETWEEN_CHECKS == 0) {
                clock.check();
            }
        }
        return count == 0 ? null : batch(builders, count);
    }

    @Override
    public void cancel() {
        clock.cancel();
        cancellable.forEach(DuckRows::cancel);
    }

    @Override
    public void close() {
        reads.finish();
        Enumerator<?> open = rows;
        rows = Linq4j.emptyEnumerator();
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            cancellable.clear();
            opened.forEach(RowSource::close);
            opened.clear();
        }
    }

    @Override
    public Enumerable<@Nullable Object[]> scan(int number) {
        PlannedScan scan = plan.scans().get(number);
        Schema schema = scan.definition().schema();
        List<Type> types = scan.fieldIds().stream().map(schema::findType).toList();
        return enumerable(types, scan.limit(), () -> {
            RowSource source = scans.rows(scan);
            opened.add(source);
            return source;
        });
    }

    @Override
    public Enumerable<@Nullable Object[]> fragment(int number) {
        PlannedFragment fragment = plan.fragments().get(number);
        return enumerable(fragment.types(), -1, () -> open(fragment));
    }

    private Enumerable<@Nullable Object[]> enumerable(List<Type> types, long limit, Supplier<RowSource> source) {
        return new RepeatedRows(() -> new ScanRows(source.get(), types, limit, clock::check));
    }

    private RowSource open(PlannedFragment fragment) {
        DuckDb database = duckDb;
        if (database == null) {
            throw new IllegalStateException("a plan with fragments runs beside DuckDB");
        }
        DuckRows.Shape shape =
                new DuckRows.Shape(fragment.types(), limits.batchRowsMax(), clock::remaining, clock::check);
        DuckRows source = database.query(
                fragment.sql(new BoundValues(parameters, clock.time().instant())),
                fragment.scans().stream().map(scans::input).toList(),
                shape);
        opened.add(source);
        cancellable.add(source);
        return source;
    }

    private Enumerator<?> start() {
        StatementPlan.Explanation explanation = plan.explanation();
        return explanation == null ? code() : Linq4j.enumerator(explained(explanation));
    }

    private Enumerator<?> code() {
        Bindable<?> code = plan.code();
        if (code == null) {
            throw new IllegalStateException("a plan has code or is a fragment");
        }
        return code.bind(new PlanContext(plan.types(), plan.stashed(), parameters, clock).with(this))
                .enumerator();
    }

    private List<String> explained(StatementPlan.Explanation explanation) {
        List<String> lines = new ArrayList<>(explanation.plan().lines().toList());
        String engine = explanation.lookup() == null ? "Enumerable" : "the result";
        plan.scans().forEach(scan -> lines.add(scans.explained(scan, engine, clock::check)));
        for (PlannedFragment fragment : plan.fragments()) {
            fragment.scans().forEach(scan -> lines.add(scans.explained(scan, ScanPlans.DUCK_DB, clock::check)));
        }
        if (explanation.analyze()) {
            List<String> read = new ArrayList<>();
            lines.add(analyzed(explanation.lookup(), read));
            lines.addAll(read);
        }
        return lines;
    }

    /** Runs the query; {@code read} is told what its lookups read. */
    private String analyzed(@Nullable LookupPlan lookup, List<String> read) {
        Map<PlannedScan, ReadTally> lookups = new LinkedHashMap<>();
        plan.allScans().stream()
                .filter(scan -> !scan.isWhole())
                .forEach(scan -> lookups.put(scan, reads.thoroughly(scan)));
        long start = System.nanoTime();
        long count = lookup != null ? countOf(lookup) : plan.code() == null ? countOfWhole() : countOfCode();
        String returned = "returned " + count + " rows in " + (System.nanoTime() - start) / NANOS_A_MILLI + " ms";
        lookups.forEach((scan, tally) -> read.add(ScanPlans.read(scan, tally)));
        return returned;
    }

    private long countOf(LookupPlan lookup) {
        long count = 0;
        try (RunningLookup run = new RunningLookup(lookup, views, bound, new Run(limits, clock, reads))) {
            for (ColumnBatch batch = run.next(); batch != null; batch = run.next()) {
                count += batch.rowCount();
            }
        }
        return count;
    }

    private long countOfWhole() {
        long count = 0;
        for (ColumnBatch batch = wholeRows().next(limits.batchRowsMax());
                batch != null;
                batch = wholeRows().next(limits.batchRowsMax())) {
            count += batch.rowCount();
        }
        return count;
    }

    private long countOfCode() {
        long count = 0;
        try (Enumerator<?> in = code()) {
            while (in.moveNext()) {
                count++;
                if (count % ROWS_BETWEEN_CHECKS == 0) {
                    clock.check();
                }
            }
        }
        return count;
    }

    private void append(List<VectorBuilder> builders, @Nullable Object row) {
        if (builders.size() == 1) {
            Object value = row instanceof Object[] values && isRow(values) ? values[0] : row;
            ColumnValues.append(builders.get(0), plan.columns().get(0).type(), value);
            return;
        }
        // an unnested collection by itself comes as a list
        Object[] values = row instanceof List<?> list ? list.toArray() : (Object[]) row;
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
