package dev.floe.it.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** A table as Iceberg's own readers see it. */
final class TableContents {
    private static final String COMPACTED = "0";

    private final Table table;
    private final List<Snapshot> ancestry = new ArrayList<>();

    TableContents(Table table) {
        this.table = table;
        SnapshotUtil.currentAncestors(table).forEach(snapshot -> ancestry.add(0, snapshot));
    }

    /** Snapshots from the oldest to the current one. */
    List<Snapshot> ancestry() {
        return List.copyOf(ancestry);
    }

    /** Rows by field id; columns without a value are left out. */
    List<Map<Integer, Object>> rows(Snapshot snapshot) throws IOException {
        List<Map<Integer, Object>> rows = new ArrayList<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).build()) {
            for (Record record : records) {
                Map<Integer, Object> row = new HashMap<>();
                for (Types.NestedField field : record.struct().fields()) {
                    @Nullable Object value = record.getField(field.name());
                    // where a file has deletes the reader adds the rows' positions
                    if (value != null && !MetadataColumns.isMetadataColumn(field.fieldId())) {
                        row.put(field.fieldId(), value instanceof Integer number ? (Object) number.longValue() : value);
                    }
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Files and deletion vectors that more than one snapshot added. */
    List<String> addedTwice() {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        for (Snapshot snapshot : ancestry) {
            for (DataFile file : changes(snapshot).addedDataFiles()) {
                if (!seen.add(file.location())) {
                    twice.add(file.location());
                }
            }
            for (DeleteFile vector : changes(snapshot).addedDeleteFiles()) {
                if (!seen.add(vector.location() + "#" + vector.contentOffset())) {
                    twice.add(vector.location());
                }
            }
        }
        return twice;
    }

    /**
     * Rows of files that writers flushed, by bucket, in the order they were committed in; files of compactions are left
     * out, and those that are gone.
     */
    Map<String, List<long[]>> flushedIdsAndNumbers() throws IOException {
        Map<String, List<long[]>> byBucket = new HashMap<>();
        for (Snapshot snapshot : ancestry) {
            List<DataFile> files = new ArrayList<>();
            changes(snapshot).addedDataFiles().forEach(files::add);
            files.removeIf(file -> nameParts(file)[2].equals(COMPACTED));
            files.sort(Comparator.<DataFile>comparingLong(file -> Long.parseLong(nameParts(file)[1]))
                    .thenComparingLong(file -> Long.parseLong(nameParts(file)[2])));
            for (DataFile file : files) {
                read(file, byBucket.computeIfAbsent(nameParts(file)[0], bucket -> new ArrayList<>()));
            }
        }
        return byBucket;
    }

    private SnapshotChanges changes(Snapshot snapshot) {
        return SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    }

    private static String[] nameParts(DataFile file) {
        return file.location().substring(file.location().lastIndexOf('/') + 1).split("-");
    }

    private void read(DataFile file, List<long[]> rows) throws IOException {
        Schema two = new Schema(
                Types.NestedField.optional(Columns.ID, "id", Types.LongType.get()),
                Types.NestedField.optional(Columns.N, "n", Types.LongType.get()));
        try (CloseableIterable<Record> records = Parquet.read(table.io().newInputFile(file.location()))
                .project(two)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(two, type))
                .build()) {
            for (Record record : records) {
                rows.add(new long[] {(Long) record.getField("id"), (Long) record.getField("n")});
            }
        } catch (NotFoundException e) {
            // taken away by maintenance
        }
    }
}
