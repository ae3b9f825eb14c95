package dev.floe.storage.write;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.TableCommitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A table of events in a catalog in memory, with batches for it and an independent way to read it. */
public final class TestTable {
    public static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "country", Types.StringType.get()),
            Types.NestedField.optional(3, "amount", Types.DoubleType.get()),
            Types.NestedField.optional(4, "note", Types.StringType.get()),
            Types.NestedField.optional(5, "tags", Types.ListType.ofOptional(6, Types.StringType.get())));
    public static final TableIdentifier NAME = TableIdentifier.of("tenant", "events");

    private final InMemoryCatalog catalog;
    private final TableLayout layout;

    private TestTable(InMemoryCatalog catalog, TableLayout layout) {
        this.catalog = catalog;
        this.layout = layout;
    }

    /** One row of an entry; null values but the key's where it is a delete. */
    public record Row(byte operation, List<@Nullable Object> values) {
        public static Row of(byte operation, @Nullable Object... values) {
            return new Row(operation, Arrays.asList(values));
        }

        public boolean isDelete() {
            return operation == RowOperation.DELETE;
        }
    }

    public static TestTable create(PartitionSpec spec, List<Integer> key, int buckets) {
        return create(new InMemoryCatalog(), SCHEMA, spec, key, buckets);
    }

    public static TestTable create(Schema schema, PartitionSpec spec, List<Integer> key, int buckets) {
        return create(new InMemoryCatalog(), schema, spec, key, buckets);
    }

    public static TestTable create(
            InMemoryCatalog catalog, Schema schema, PartitionSpec spec, List<Integer> key, int buckets) {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("tenant"));
        TableLayout layout = new TableLayout(new UUID(7, 7), key, buckets);
        catalog.buildTable(NAME, schema)
                .withPartitionSpec(spec)
                .withProperty("format-version", "3")
                .withProperty("commit.retry.min-wait-ms", "1")
                .withProperty(TableCommitter.TABLE_ID_PROPERTY, layout.tableId().toString())
                .create();
        return new TestTable(catalog, layout);
    }

    public TableLayout layout() {
        return layout;
    }

    /** The table as another process loads it. */
    public Table load() {
        return catalog.loadTable(NAME);
    }

    public static ColumnBatch batch(Schema schema, List<Row> rows) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int c = 0; c < schema.columns().size(); c++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (Row row : rows) {
                values.add(row.values().get(c));
            }
            ids.add(schema.columns().get(c).fieldId());
            columns.add(VectorBuilder.of(schema.columns().get(c).type(), values));
        }
        byte[] operations = new byte[rows.size()];
        for (int r = 0; r < operations.length; r++) {
            operations[r] = rows.get(r).operation();
        }
        return new ColumnBatch(rows.size(), ids, columns, operations);
    }

    /** The data files of the current snapshot. */
    public static List<DataFile> dataFiles(Table table) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file().copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Every live row of a snapshot, read by Iceberg's own generic reader. */
    public static List<List<@Nullable Object>> read(Table table, long snapshotId) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshotId).build()) {
            for (Record record : records) {
                List<@Nullable Object> row = new ArrayList<>();
                // the reader leaves a position behind the columns where a file has deletes
                for (int c = 0; c < table.schema().columns().size(); c++) {
                    row.add(record.get(c));
                }
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
