package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Looks rows up by key in one view of an upsert table.
 *
 * <p>By points: the tail, the sidecars of the key's bucket, one page of each column. Only where the table has files of
 * somebody else's, which have no bucket, the files that may hold the keys are scanned.
 */
public final class KeyLookup {
    private static final int BATCH_ROWS = 8_192;

    private final TableView view;
    private final List<Types.NestedField> wanted;
    private final List<Integer> read;
    private final ReadTally tally;

    /** Throws UNKNOWN_COLUMN, WRONG_OPERATION where the table has no key. */
    public KeyLookup(TableView view, LookupRequest request, ReadTally tally) {
        this.view = view;
        this.tally = tally;
        TableDefinition definition = view.definition();
        requireKey(definition);
        this.wanted = wanted(definition, request.columns());
        Set<Integer> ids = new LinkedHashSet<>(definition.keyFieldIds());
        wanted.forEach(field -> ids.add(field.fieldId()));
        this.read = List.copyOf(ids);
    }

    /** The buckets that hold the rows of keys. Throws WRONG_OPERATION where the table has no key, MISSING_VALUE. */
    public static Set<Integer> buckets(TableDefinition definition, ColumnBatch keys) {
        requireKey(definition);
        requireKeys(definition, keys);
        return Arrays.stream(bucketsOf(definition, keys)).boxed().collect(Collectors.toSet());
    }

    private static void requireKey(TableDefinition definition) {
        if (definition.key().isEmpty()) {
            throw new FloeException(
                            ErrorCode.WRONG_OPERATION,
                            "table " + definition.name().table() + " has no key to look up")
                    .advise("query it with SQL");
        }
    }

    private static int[] bucketsOf(TableDefinition definition, ColumnBatch keys) {
        return BucketFunction.of(definition.schema(), definition.keyFieldIds(), definition.buckets())
                .bucketsOf(keys);
    }

    /** The rows of the keys; a key given twice is found twice. */
    public LookupResult find(ColumnBatch keys) {
        TableDefinition definition = view.definition();
        requireKeys(definition, keys);
        Map<List<Object>, List<Integer>> open = index(keys);
        int[] bucketOf = bucketsOf(definition, keys);
        return view.files().areFloes() ? byPoints(keys, open, bucketOf) : byScan(keys, open, bucketOf);
    }

    private LookupResult byPoints(ColumnBatch keys, Map<List<Object>, List<Integer>> open, int[] bucketOf) {
        TableDefinition definition = view.definition();
        List<Type> types = definition.keyFieldIds().stream()
                .map(id -> definition.schema().findType(id))
                .toList();
        KeyHashes hashes = new KeyHasher(definition.keyFieldIds()).hash(keys, types);
        PointLookup points = new PointLookup(view, read, tally);
        tally.add(ReadCount.KEY_LOOKUPS, 1);
        tally.add(ReadCount.FILES, view.files().count());
        Integer[] rowOf = new Integer[keys.rowCount()];
        Arrays.fill(rowOf, -1);
        List<ColumnBatch> found = new ArrayList<>();
        @Nullable
        ColumnBatch[] rows = points.find(
                hashes,
                bucketOf,
                open.values().stream().map(askers -> askers.get(0)).toList());
        open.forEach((key, askers) -> {
            ColumnBatch row = rows[askers.get(0)];
            // the hash stands for the key; that it is the key's own row costs nothing to see
            if (row != null && key(row, 0).equals(key)) {
                askers.forEach(each -> rowOf[each] = found.size());
                found.add(row);
            }
        });
        return result(found, found.size(), Arrays.asList(rowOf));
    }

    private LookupResult byScan(ColumnBatch keys, Map<List<Object>, List<Integer>> open, int[] bucketOf) {
        Set<Integer> buckets = new HashSet<>();
        Arrays.stream(bucketOf).forEach(buckets::add);
        Expression filter = filter(keys);
        FilePlan plan = FilePlan.of(view, filter, buckets);
        Integer[] rowOf = new Integer[keys.rowCount()];
        Arrays.fill(rowOf, -1);
        List<ColumnBatch> found = new ArrayList<>();
        int rows = 0;
        try (SnapshotRows scan = new SnapshotRows(plan, read, filter, tally)) {
            ColumnBatch batch = scan.next(BATCH_ROWS);
            while (batch != null && !open.isEmpty()) {
                int[] hits = hits(batch, open, rowOf, rows);
                if (hits.length > 0) {
                    found.add(batch.rows(hits, hits.length));
                    rows += hits.length;
                }
                batch = scan.next(BATCH_ROWS);
            }
        }
        return result(found, rows, Arrays.asList(rowOf));
    }

    private int[] hits(ColumnBatch batch, Map<List<Object>, List<Integer>> open, Integer[] rowOf, int first) {
        int[] hits = new int[batch.rowCount()];
        int count = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            List<Integer> askers = open.remove(key(batch, row));
            if (askers != null) {
                for (int asker : askers) {
                    rowOf[asker] = first + count;
                }
                hits[count++] = row;
            }
        }
        return Arrays.copyOf(hits, count);
    }

    private LookupResult result(List<ColumnBatch> found, int rows, List<Integer> rowOf) {
        List<ResultColumn> columns = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        long[] positions = new long[rows];
        int next = 0;
        for (int source = 0; source < found.size(); source++) {
            for (int row = 0; row < found.get(source).rowCount(); row++) {
                positions[next++] = Gather.position(source, row);
            }
        }
        for (Types.NestedField field : wanted) {
            columns.add(new ResultColumn(field.name(), field.type(), field.isOptional()));
            ids.add(ids.size());
            int index = read.indexOf(field.fieldId());
            List<Vector> parts =
                    found.stream().map(batch -> batch.columns().get(index)).toList();
            vectors.add(
                    parts.isEmpty() ? VectorBuilder.of(field.type(), List.of()) : Gather.from(parts, positions, rows));
        }
        return new LookupResult(columns, new ColumnBatch(rows, ids, vectors, new byte[rows]), rowOf, view.cut());
    }

    private Map<List<Object>, List<Integer>> index(ColumnBatch keys) {
        Map<List<Object>, List<Integer>> open = new HashMap<>();
        for (int row = 0; row < keys.rowCount(); row++) {
            open.computeIfAbsent(key(keys, row), key -> new ArrayList<>()).add(row);
        }
        return open;
    }

    private List<Object> key(ColumnBatch batch, int row) {
        List<Object> key = new ArrayList<>(2);
        for (int fieldId : view.definition().keyFieldIds()) {
            Vector column = column(batch, fieldId);
            Object value = ValueReader.value(column, view.definition().schema().findType(fieldId), row);
            key.add(value == null ? Collections.emptyList() : value);
        }
        return key;
    }

    /** Every key column is among its values: holds for more rows than the keys', never for fewer. */
    private Expression filter(ColumnBatch keys) {
        Expression all = Expressions.alwaysTrue();
        for (int fieldId : view.definition().keyFieldIds()) {
            Types.NestedField field = view.definition().schema().findField(fieldId);
            Set<Object> values = new HashSet<>();
            for (int row = 0; row < keys.rowCount(); row++) {
                values.add(IcebergLiterals.value(column(keys, fieldId), field.type(), row));
            }
            all = Expressions.and(all, Expressions.in(field.name(), values));
        }
        return all;
    }

    private static void requireKeys(TableDefinition definition, ColumnBatch keys) {
        for (int fieldId : definition.keyFieldIds()) {
            Types.NestedField field = definition.schema().findField(fieldId);
            Vector column = keys.column(fieldId);
            for (int row = 0; row < keys.rowCount(); row++) {
                if (column == null || column.isNull(row)) {
                    throw new FloeException(ErrorCode.MISSING_VALUE, "key " + row + " has no value of " + field.name())
                            .at(field.name());
                }
            }
        }
    }

    private static Vector column(ColumnBatch batch, int fieldId) {
        @Nullable Vector column = batch.column(fieldId);
        if (column == null) {
            throw new IllegalArgumentException("the batch lacks the key column " + fieldId);
        }
        return column;
    }

    private static List<Types.NestedField> wanted(TableDefinition definition, List<String> columns) {
        if (columns.isEmpty()) {
            return definition.schema().columns();
        }
        List<Types.NestedField> fields = new ArrayList<>();
        for (String column : columns) {
            // as in SQL; a table has no two names that differ in case only
            Types.NestedField field = definition.schema().asStruct().caseInsensitiveField(column);
            if (field == null) {
                throw new FloeException(
                                ErrorCode.UNKNOWN_COLUMN,
                                "table " + definition.name().table() + " has no column " + column)
                        .at(column)
                        .advise("its columns: "
                                + String.join(
                                        ", ",
                                        definition.schema().columns().stream()
                                                .map(Types.NestedField::name)
                                                .toList()));
            }
            fields.add(field);
        }
        return fields;
    }
}
