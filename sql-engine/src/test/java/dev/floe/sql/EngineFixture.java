package dev.floe.sql;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.RowSink;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** An engine over a catalog in a folder, whose tables are written by the real bucket writers and committer. */
final class EngineFixture implements AutoCloseable {
    static final Principal READER = new Principal(TenantName.DEFAULT, "k1", Set.of(Role.READER));
    static final Principal EDITOR = new Principal(TenantName.DEFAULT, "k2", Set.of(Role.READER, Role.WRITER));
    static final QueryLimits LIMITS = new QueryLimits(1_000_000, Duration.ofSeconds(30), 1_000);

    final Catalog catalog;
    final CalciteQueryEngine engine;

    /** Computes everything row by row. */
    final CalciteQueryEngine reference;

    private long offset;
    private long checkpoint;

    EngineFixture(Path folder) {
        this.catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        RowSink sink = (principal, table, rows) -> write(table, rows, WriterSettings.defaults());
        this.engine = new CalciteQueryEngine(
                catalog, sink, new ScanSettings(folder.resolve("scans"), 512 << 20, 2, 1L << 30));
        this.reference = new CalciteQueryEngine(catalog, sink);
    }

    TableDefinition create(
            String tenant, String name, List<String> key, List<String> partitions, Types.NestedField... columns) {
        return catalog.tables()
                .create(new TableDeclaration(
                        TableName.of(tenant, name),
                        key.isEmpty() ? TableMode.APPEND : TableMode.UPSERT,
                        Arrays.asList(columns),
                        key,
                        4,
                        partitions,
                        BadRowPolicy.REJECT,
                        Map.of()));
    }

    /** Offset of the next entry of the log. */
    long nextOffset() {
        return offset;
    }

    /** Writes and commits rows; a row is its values in the order of the columns. */
    void write(TableDefinition table, byte operation, List<List<@Nullable Object>> rows) {
        write(table, batch(table, operation, rows), WriterSettings.defaults());
    }

    static ColumnBatch batch(TableDefinition table, byte operation, List<List<@Nullable Object>> rows) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int c = 0; c < table.schema().columns().size(); c++) {
            Types.NestedField field = table.schema().columns().get(c);
            List<@Nullable Object> values = new ArrayList<>();
            for (List<@Nullable Object> row : rows) {
                values.add(row.get(c));
            }
            ids.add(field.fieldId());
            columns.add(VectorBuilder.of(field.type(), values));
        }
        byte[] operations = new byte[rows.size()];
        Arrays.fill(operations, operation);
        return new ColumnBatch(rows.size(), ids, columns, operations);
    }

    void write(TableDefinition table, ColumnBatch batch, WriterSettings settings) {
        long epoch = catalog.nextEpoch();
        Table iceberg = catalog.tables().iceberg(table.name());
        List<BucketChanges> changes = new ArrayList<>();
        byBucket(table, batch).forEach((bucket, part) -> {
            try (BucketWriter writer = BucketWriter.open(iceberg, table.layout(), bucket, epoch, settings)) {
                writer.write(offset++, table.schema(), part);
                writer.flush(++checkpoint).ifPresent(changes::add);
            }
        });
        TableCommitter.commit(iceberg, table.layout(), changes, new CommitId(catalog.sinkId(), epoch, checkpoint));
    }

    static Map<Integer, ColumnBatch> byBucket(TableDefinition table, ColumnBatch batch) {
        int[] buckets = table.key().isEmpty()
                ? new int[batch.rowCount()]
                : BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                        .bucketsOf(batch);
        return BucketSplit.split(batch, buckets, table.buckets());
    }

    List<List<@Nullable Object>> select(String sql, @Nullable Object... parameters) {
        return select(READER, sql, parameters);
    }

    List<List<@Nullable Object>> select(Principal principal, String sql, @Nullable Object... parameters) {
        return select(engine, principal, sql, parameters);
    }

    static List<List<@Nullable Object>> select(
            CalciteQueryEngine by, Principal principal, String sql, @Nullable Object... parameters) {
        return select(by, principal, new ReadCut.Committed(), sql, parameters);
    }

    static List<List<@Nullable Object>> select(
            CalciteQueryEngine by, Principal principal, ReadCut cut, String sql, @Nullable Object... parameters) {
        PreparedQuery query = by.prepare(principal, sql);
        try (QueryCursor cursor = by.execute(principal, query, row(query.parameterTypes(), parameters), cut, LIMITS)) {
            return drain(cursor);
        }
    }

    static ColumnBatch row(List<Type> types, @Nullable Object... values) {
        List<Vector> columns = IntStream.range(0, types.size())
                .mapToObj(i ->
                        VectorBuilder.of(types.get(i), Arrays.asList(values).subList(i, i + 1)))
                .toList();
        return new ColumnBatch(1, IntStream.range(0, types.size()).boxed().toList(), columns, new byte[1]);
    }

    static List<List<@Nullable Object>> drain(QueryCursor cursor) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        ColumnBatch batch = cursor.next();
        while (batch != null) {
            rows.addAll(rows(cursor.columns(), batch));
            batch = cursor.next();
        }
        return rows;
    }

    static List<List<@Nullable Object>> rows(List<ResultColumn> columns, ColumnBatch batch) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int r = 0; r < batch.rowCount(); r++) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                row.add(ValueReader.value(batch.columns().get(c), columns.get(c).type(), r));
            }
            rows.add(row);
        }
        return rows;
    }

    void upsert(TableDefinition table, List<List<@Nullable Object>> rows) {
        write(table, RowOperation.UPSERT, rows);
    }

    @Override
    public void close() {
        engine.close();
        reference.close();
        catalog.close();
    }
}
