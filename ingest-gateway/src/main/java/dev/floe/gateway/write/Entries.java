package dev.floe.gateway.write;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.Converted;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A batch cut into log entries: one or more a bucket, each below the log's limit.
 *
 * <p>An entry that comes out too large is halved until it fits; a row that alone is too large is refused. Rows of a
 * bucket keep their order.
 */
final class Entries {
    private final TableDefinition table;
    private final int schemaVersion;
    private final int entryBytesMax;
    private final List<Entry> entries = new ArrayList<>();
    private final List<FloeException> errors = new ArrayList<>();
    private long rowsRefused;

    /** The bytes of one entry and the bucket it belongs to. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Entry(int bucket, byte[] bytes) {}

    Entries(TableDefinition table, int schemaVersion, int entryBytesMax) {
        this.table = table;
        this.schemaVersion = schemaVersion;
        this.entryBytesMax = entryBytesMax;
    }

    /** Adds rows of an upsert table, each to the bucket of its key. */
    void addKeyed(Converted.Part part, BucketFunction function) {
        ColumnBatch batch = part.batch();
        int[] bucketOf = function.bucketsOf(batch);
        SortedMap<Integer, ColumnBatch> split = BucketSplit.split(batch, bucketOf, table.buckets());
        for (Map.Entry<Integer, ColumnBatch> of : split.entrySet()) {
            int[] rows = rowsOf(bucketOf, of.getKey(), of.getValue().rowCount());
            encode(of.getKey(), of.getValue(), index -> part.rows().rowOf(rows[index]));
        }
    }

    /** Adds rows of an append table to one bucket. */
    void addTo(int bucket, Converted.Part part) {
        if (part.batch().rowCount() > 0) {
            encode(bucket, part.batch(), part.rows());
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /** Errors of rows that are too large for the log. */
    List<FloeException> errors() {
        return errors;
    }

    long rowsRefused() {
        return rowsRefused;
    }

    private static int[] rowsOf(int[] bucketOf, int bucket, int count) {
        int[] rows = new int[count];
        int found = 0;
        for (int row = 0; found < count; row++) {
            if (bucketOf[row] == bucket) {
                rows[found++] = row;
            }
        }
        return rows;
    }

    private void encode(int bucket, ColumnBatch batch, Converted.RowIndex rows) {
        byte[] bytes = LogEntryCodec.encode(new LogEntry(table.id(), schemaVersion, bucket, batch));
        if (bytes.length <= entryBytesMax) {
            entries.add(new Entry(bucket, bytes));
            return;
        }
        int count = batch.rowCount();
        if (count > 1) {
            int half = count / 2;
            encode(bucket, range(batch, 0, half), rows);
            encode(bucket, range(batch, half, count), index -> rows.rowOf(half + index));
            return;
        }
        rowsRefused++;
        if (errors.size() < BatchConverter.ROW_ERRORS_MAX) {
            errors.add(new FloeException(
                            ErrorCode.VALUE_OUT_OF_RANGE,
                            "the row takes " + bytes.length + " bytes, more than the " + entryBytesMax
                                    + " of a log entry")
                    .inRow(rows.rowOf(0))
                    .advise("send smaller values, or raise log.entry-bytes-max"));
        }
    }

    /** A range of rows with nothing of the others: dictionaries are resolved. */
    private static ColumnBatch range(ColumnBatch batch, int from, int to) {
        long[] positions = new long[to - from];
        byte[] operations = new byte[to - from];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Gather.position(0, from + i);
            operations[i] = batch.operations()[from + i];
        }
        return new ColumnBatch(
                positions.length,
                batch.fieldIds(),
                batch.columns().stream()
                        .map(column -> Gather.from(List.of(column), positions, positions.length))
                        .toList(),
                operations);
    }
}
