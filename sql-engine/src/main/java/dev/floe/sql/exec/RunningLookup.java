package dev.floe.sql.exec;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.LookupPlan;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.scan.TableView;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A {@link LookupPlan} being run in one view of its table. */
public final class RunningLookup implements QueryCursor {
    private final LookupPlan plan;
    private final TableView view;
    private final List<@Nullable Object> parameters;
    private final QueryLimits limits;
    private final QueryClock clock;
    private final RunReads reads;
    private @Nullable RowSource source;
    private @Nullable ColumnBatch rows;
    private int returned;
    private long skip;
    private long left;
    private long found;

    public RunningLookup(LookupPlan plan, StatementViews views, ColumnBatch parameters, RunningQuery.Run run) {
        this.plan = plan;
        this.view = views.of(plan.scan());
        this.parameters = ParameterValues.of(plan.parameterTypes(), parameters);
        this.limits = run.limits();
        this.clock = run.clock();
        this.reads = run.reads();
        this.skip = plan.offset();
        this.left = plan.fetch() < 0 ? Long.MAX_VALUE : plan.fetch();
    }

    /** Reads the first rows, which the first call of {@link #next} gives. Throws as that does. */
    public RunningLookup begin() {
        clock.check();
        rows = left == 0 ? null : found();
        if (rows == null) {
            left = 0;
        }
        return this;
    }

    @Override
    public List<ResultColumn> columns() {
        return plan.columns();
    }

    @Override
    public List<TableCut> cuts() {
        return List.of(view.cut());
    }

    @Override
    public @Nullable ColumnBatch next() {
        clock.check();
        ColumnBatch all = rows;
        while (all == null || returned == all.rowCount()) {
            all = left == 0 ? null : found();
            rows = all;
            returned = 0;
            if (all == null) {
                left = 0;
                return null;
            }
            clock.check();
        }
        int count = Math.min(all.rowCount() - returned, limits.batchRowsMax());
        int first = returned;
        returned += count;
        return count == all.rowCount()
                ? all
                : all.rows(IntStream.range(first, first + count).toArray(), count);
    }

    @Override
    public void cancel() {
        clock.cancel();
    }

    @Override
    public void close() {
        left = 0;
        rows = null;
        reads.finish();
        RowSource open = source;
        if (open != null) {
            open.close();
        }
    }

    private @Nullable ColumnBatch found() {
        try {
            RowSource open = source;
            if (open == null) {
                open = LookupRows.of(plan.scan(), view, parameters, reads.of(plan.scan()));
                if (open == null) {
                    throw new IllegalStateException("a lookup's scan has keys or an index");
                }
                source = open;
            }
            ColumnBatch batch = open.next(limits.batchRowsMax());
            return batch == null ? null : outputs(batch);
        } catch (RuntimeException e) {
            throw QueryFailures.unwrap(e);
        }
    }

    private ColumnBatch outputs(ColumnBatch read) {
        List<Type> types = plan.scan().fieldIds().stream()
                .map(plan.scan().definition().schema()::findType)
                .toList();
        boolean plain = plan.conditions().isEmpty() && plan.outputs().stream().allMatch(output -> output.input() >= 0);
        List<@Nullable Object[]> values = new ArrayList<>();
        int[] wanted = new int[read.rowCount()];
        int count = 0;
        for (int row = 0; row < read.rowCount(); row++) {
            @Nullable Object[] each = plain ? new @Nullable Object[0] : read(read, types, row);
            boolean isWanted = plan.conditions().stream()
                    .allMatch(condition -> Boolean.TRUE.equals(condition.value(each, parameters)));
            if (isWanted) {
                values.add(each);
                wanted[count++] = row;
            }
        }
        int from = (int) Math.min(skip, count);
        int to = (int) Math.min(count, from + Math.min(left, count));
        skip -= from;
        left -= to - from;
        ColumnBatch kept =
                to - from == read.rowCount() ? read : read.rows(Arrays.copyOfRange(wanted, from, to), to - from);
        return outputs(kept.columns(), to - from, values.subList(from, to));
    }

    /** Columns as they are, and beside them those computed of each row. */
    private ColumnBatch outputs(List<Vector> columns, int count, List<@Nullable Object[]> values) {
        found += count;
        limits.checkRows(found);
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        for (int i = 0; i < plan.outputs().size(); i++) {
            LookupPlan.Output output = plan.outputs().get(i);
            Type type = plan.columns().get(i).type();
            ids.add(i);
            if (output.input() >= 0 && count > 0) {
                vectors.add(columns.get(output.input()));
            } else {
                VectorBuilder computed = VectorBuilder.of(type, count);
                for (@Nullable Object[] row : values) {
                    ColumnValues.append(computed, type, output.value().value(row, parameters));
                }
                vectors.add(computed.build());
            }
        }
        return new ColumnBatch(count, ids, vectors, new byte[count]);
    }

    private static @Nullable Object[] read(ColumnBatch found, List<Type> types, int row) {
        @Nullable Object[] values = new @Nullable Object[types.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ColumnValues.read(found.columns().get(i), types.get(i), row);
        }
        return values;
    }
}
