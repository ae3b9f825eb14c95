package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.LookupPlan;
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
    private @Nullable ColumnBatch rows;
    private int returned;

    public RunningLookup(
            LookupPlan plan, TableView view, ColumnBatch parameters, QueryLimits limits, QueryClock clock) {
        this.plan = plan;
        this.view = view;
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
        return List.of(view.cut());
    }

    @Override
    public @Nullable ColumnBatch next() {
        clock.check();
        ColumnBatch all = rows;
        if (all == null) {
            all = found();
            rows = all;
        }
        int count = Math.min(all.rowCount() - returned, limits.batchRowsMax());
        if (count == 0) {
            return null;
        }
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
        // holds nothing
    }

    private ColumnBatch found() {
        try {
            return find();
        } catch (RuntimeException e) {
            throw QueryFailures.unwrap(e);
        }
    }

    private ColumnBatch find() {
        ColumnBatch keys =
                plan.scan().keys(parameters).orElseThrow(() -> new IllegalStateException("a lookup's scan has keys"));
        try (LookupRows source = new LookupRows(plan.scan(), view, keys)) {
            ColumnBatch found = source.next(limits.batchRowsMax());
            return found == null ? outputs(List.of(), 0, List.of()) : outputs(found);
        }
    }

    private ColumnBatch outputs(ColumnBatch found) {
        List<Type> types = plan.scan().fieldIds().stream()
                .map(plan.scan().definition().schema()::findType)
                .toList();
        boolean plain = plan.conditions().isEmpty() && plan.outputs().stream().allMatch(output -> output.input() >= 0);
        List<@Nullable Object[]> values = new ArrayList<>();
        int[] wanted = new int[found.rowCount()];
        int count = 0;
        for (int row = 0; row < found.rowCount(); row++) {
            @Nullable Object[] read = plain ? new @Nullable Object[0] : read(found, types, row);
            boolean isWanted = plan.conditions().stream()
                    .allMatch(condition -> Boolean.TRUE.equals(condition.value(read, parameters)));
            if (isWanted) {
                values.add(read);
                wanted[count++] = row;
            }
        }
        int from = (int) Math.min(plan.offset(), count);
        int to = plan.fetch() < 0 ? count : (int) Math.min(count, from + plan.fetch());
        ColumnBatch kept =
                to - from == found.rowCount() ? found : found.rows(Arrays.copyOfRange(wanted, from, to), to - from);
        return outputs(kept.columns(), to - from, values.subList(from, to));
    }

    /** Columns as they are, and beside them those computed of each row. */
    private ColumnBatch outputs(List<Vector> columns, int count, List<@Nullable Object[]> values) {
        if (count > limits.rowsMax()) {
            throw new FloeException(
                            ErrorCode.ROW_LIMIT_EXCEEDED, "the result has more than " + limits.rowsMax() + " rows")
                    .advise("add a LIMIT or a condition, or ask for a higher limit");
        }
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
