package dev.floe.storage.write;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.SchemaProjection;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.memtable.Memtable;
import dev.floe.storage.run.RowsAt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/**
 * Completes upserts that lack columns by the stored values of their keys.
 *
 * <p>A column that a batch lacks is not the same as one that it gives as null: the first keeps what is stored, the
 * second does not. Keys without a live row get null.
 *
 * <p>The cost is that of reading the older rows. Those in the memtable are copied; those in files are read in one pass
 * over each file for an entry, of the lacking columns in the row groups that hold such rows.
 */
final class StoredValues {
    private final Table table;
    private final BucketKeys keys;
    private final BucketFiles files;
    private final Memtable memtable;

    private record Key(long high, long low) {}

    StoredValues(Table table, BucketKeys keys, BucketFiles files, Memtable memtable) {
        this.table = table;
        this.keys = keys;
        this.files = files;
        this.memtable = memtable;
    }

    /** The batch with every column of the schema, which is no older than the batch's. */
    ColumnBatch complete(ColumnBatch batch, Schema from, Schema schema, KeyHashes hashes) {
        ColumnBatch given = SchemaProjection.projectPresent(batch, from, schema);
        List<Types.NestedField> lacking = schema.columns().stream()
                .filter(field -> given.column(field.fieldId()) == null)
                .toList();
        if (lacking.isEmpty()) {
            return given;
        }
        Sources sources = new Sources(new Schema(lacking), older(given, hashes));
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (Types.NestedField field : schema.columns()) {
            Vector column = given.column(field.fieldId());
            ids.add(field.fieldId());
            columns.add(column == null ? sources.gather(field) : column);
        }
        return new ColumnBatch(given.rowCount(), ids, columns, given.operations());
    }

    /** For each row the location of its key's older row; an earlier row of the batch stands for its own older one. */
    private long[] older(ColumnBatch batch, KeyHashes hashes) {
        long[] locations = keys.get(hashes);
        Map<Key, Long> inBatch = new HashMap<>();
        for (int row = 0; row < locations.length; row++) {
            Key key = new Key(hashes.high(row), hashes.low(row));
            if (batch.operations()[row] == RowOperation.DELETE) {
                locations[row] = KeyIndex.ABSENT;
            } else {
                locations[row] = inBatch.getOrDefault(key, locations[row]);
            }
            inBatch.put(key, locations[row]);
        }
        return locations;
    }

    /** Older rows as vectors, and for each new row the place of its older one among them. */
    private final class Sources {
        private final Schema lacking;
        private final List<ColumnBatch> batches = new ArrayList<>();
        private final long[] positions;

        Sources(Schema lacking, long[] locations) {
            this.lacking = lacking;
            this.positions = new long[locations.length];
            batches.add(
                    SchemaProjection.project(new ColumnBatch(1, List.of(), List.of(), new byte[1]), lacking, lacking));
            Map<Integer, List<Integer>> byFile = new TreeMap<>();
            Map<Memtable.Segment, Integer> segments = new HashMap<>();
            for (int row = 0; row < locations.length; row++) {
                if (locations[row] == KeyIndex.ABSENT) {
                    positions[row] = Gather.position(0, 0);
                } else if (RowLocation.file(locations[row]) == RowLocation.MEMTABLE) {
                    int ordinal = (int) RowLocation.position(locations[row]);
                    Memtable.Segment segment = memtable.segment(ordinal);
                    int source = segments.computeIfAbsent(segment, this::add);
                    positions[row] = Gather.position(source, ordinal - segment.base());
                } else {
                    byFile.computeIfAbsent(RowLocation.file(locations[row]), file -> new ArrayList<>())
                            .add(row);
                }
            }
            byFile.forEach((file, rows) -> read(file, rows, locations));
        }

        private int add(Memtable.Segment segment) {
            batches.add(SchemaProjection.project(segment.batch(), segment.schema(), lacking));
            return batches.size() - 1;
        }

        private void read(int file, List<Integer> rows, long[] locations) {
            long[] wanted = rows.stream()
                    .mapToLong(row -> RowLocation.position(locations[row]))
                    .sorted()
                    .distinct()
                    .toArray();
            batches.add(RowsAt.read(table.io().newInputFile(files.path(file)), lacking, wanted));
            for (int row : rows) {
                int at = Arrays.binarySearch(wanted, RowLocation.position(locations[row]));
                positions[row] = Gather.position(batches.size() - 1, at);
            }
        }

        Vector gather(Types.NestedField field) {
            List<Vector> vectors = batches.stream()
                    .map(batch -> {
                        Vector column = batch.column(field.fieldId());
                        return column == null ? VectorBuilder.nulls(field.type(), batch.rowCount()) : column;
                    })
                    .toList();
            return Gather.from(vectors, positions, positions.length);
        }
    }
}
