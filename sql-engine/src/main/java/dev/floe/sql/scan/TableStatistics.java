package dev.floe.sql.scan;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.iceberg.BlobMetadata;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot's manifests say of a table's rows and columns, for choosing between plans.
 *
 * <p>Of deleted rows only the number is known, so what is said of columns counts their values in. Of text nothing is
 * said but how much of it is null: bounds are cut short there.
 *
 * @param rows live ones
 * @param columns by field id; those that are not there are unknown
 */
public record TableStatistics(double rows, Map<Integer, ColumnStatistics> columns) {
    /** What other engines call the number of distinct values in a table's statistics files. */
    private static final String DISTINCT = "ndv";

    public TableStatistics {
        columns = Map.copyOf(columns);
    }

    public ColumnStatistics of(int fieldId) {
        return columns.getOrDefault(fieldId, ColumnStatistics.UNKNOWN);
    }

    static TableStatistics of(Table table, SnapshotFiles files) {
        Map<Integer, Long> sketches = sketches(table, files.snapshotId());
        Map<Integer, ColumnStatistics> columns = new HashMap<>();
        double rows = (double) files.liveRows();
        for (Types.NestedField field : table.schema().columns()) {
            if (field.type().isPrimitiveType()) {
                columns.put(field.fieldId(), column(field, files.all(), rows, sketches.get(field.fieldId())));
            }
        }
        return new TableStatistics(rows, columns);
    }

    private static ColumnStatistics column(
            Types.NestedField field, Collection<LiveFile> files, double rows, @Nullable Long sketch) {
        Type type = field.type();
        double min = bound(field, files, DataFile::lowerBounds, true);
        double max = bound(field, files, DataFile::upperBounds, false);
        double all = 0;
        double nulls = 0;
        for (LiveFile file : files) {
            Map<Integer, Long> counts = file.file().nullValueCounts();
            all += (double) file.file().recordCount();
            nulls += counts == null ? 0 : (double) counts.getOrDefault(field.fieldId(), 0L);
        }
        double distinct = sketch == null ? (isWhole(type) ? max - min + 1 : Double.NaN) : (double) sketch;
        return new ColumnStatistics(
                all == 0 ? 0 : nulls / all,
                min,
                max,
                type.typeId() == Type.TypeID.BOOLEAN ? 2 : Math.min(distinct, rows));
    }

    /** NaN where a file with values has no bound, or the type is no number. */
    private static double bound(
            Types.NestedField field,
            Collection<LiveFile> files,
            Function<DataFile, @Nullable Map<Integer, ByteBuffer>> bounds,
            boolean least) {
        double found = Double.NaN;
        for (LiveFile file : files) {
            Map<Integer, ByteBuffer> all = bounds.apply(file.file());
            ByteBuffer bytes = all == null ? null : all.get(field.fieldId());
            if (bytes == null && hasValues(file.file(), field.fieldId())) {
                return Double.NaN;
            }
            double value = bytes == null ? Double.NaN : number(Conversions.fromByteBuffer(field.type(), bytes));
            if (Double.isNaN(found)) {
                found = value;
            } else if (!Double.isNaN(value)) {
                found = least ? Math.min(found, value) : Math.max(found, value);
            }
        }
        return found;
    }

    private static boolean hasValues(DataFile file, int fieldId) {
        Map<Integer, Long> nulls = file.nullValueCounts();
        Long count = nulls == null ? null : nulls.get(fieldId);
        return count == null || count < file.recordCount();
    }

    private static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static boolean isWhole(Type type) {
        return switch (type.typeId()) {
            case INTEGER, LONG, DATE, TIME, TIMESTAMP, TIMESTAMP_NANO -> true;
            default -> false;
        };
    }

    /** Distinct values that another engine counted in the snapshot; Floe makes no such files. */
    private static Map<Integer, Long> sketches(Table table, long snapshotId) {
        Map<Integer, Long> distinct = new HashMap<>();
        for (StatisticsFile file : table.statisticsFiles()) {
            for (BlobMetadata blob : file.snapshotId() == snapshotId ? file.blobMetadata() : List.<BlobMetadata>of()) {
                String count =
                        blob.properties() == null ? null : blob.properties().get(DISTINCT);
                if (count != null && count.matches("\\d{1,18}") && blob.fields().size() == 1) {
                    distinct.put(Objects.requireNonNull(blob.fields().get(0)), Long.parseLong(count));
                }
            }
        }
        return distinct;
    }
}
