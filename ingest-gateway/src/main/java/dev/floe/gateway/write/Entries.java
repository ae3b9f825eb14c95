package dev.floe.gateway.write;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.convert.BatchConverter;
import dev.floe.gateway.convert.Converted;
import dev.floe.gateway.stream.StreamSession;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.stream.StreamRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch cut into log entries: one or more a bucket, each below the log's limit.
 *
 * <p>An entry that comes out too large is halved until it fits; a row that alone is too large is refused. Rows of a
 * bucket keep their order. Few rows are not encoded yet: they share an entry with those of other requests.
 */
final class Entries {
    /** Rows of a stream that follow one another in a bucket of an append table, as a power of two. */
    private static final int BLOCK_BITS = 16;

    private final TableDefinition table;
    private final int schemaVersion;
    private final int entryBytesMax;
    private final Coalescer coalescer;
    private final @Nullable StreamSession session;
    private final long streamOffset;
    private final Map<Integer, Long> lastOffsets = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<FloeException> errors = new ArrayList<>();
    private long rowsRefused;

    /** Rows ready to go; of a stream's, their bucket and the last one's offset in the stream. */
    record Entry(int bucket, long lastOffset, Outlet rows) {}

    /** Sends what was made ready. */
    @FunctionalInterface
    interface Outlet {
        CompletableFuture<Place> append();
    }

    /** Where rows go: a lane, and a bucket of it, asked for once for each entry. */
    private record Way(Lane.Key lane, IntSupplier bucket) {}

    /**
     * Of a batch into the newest schema version.
     *
     * @param session the stream of the batch, in which its first row has the offset; null where it has none
     */
    Entries(
            TableDefinition table,
            int entryBytesMax,
            Coalescer coalescer,
            @Nullable StreamSession session,
            long streamOffset) {
        this.table = table;
        this.schemaVersion = table.schemaVersion();
        this.entryBytesMax = entryBytesMax;
        this.coalescer = coalescer;
        this.session = session;
        this.streamOffset = streamOffset;
    }

    boolean hasStream() {
        return session != null;
    }

    /** Adds rows of an upsert table, each to the bucket of its key. */
    void addKeyed(Converted.Part part, BucketFunction function) {
        ColumnBatch batch = part.batch();
        int[] bucketOf = function.bucketsOf(batch);
        SortedMap<Integer, ColumnBatch> split = BucketSplit.split(batch, bucketOf, table.buckets());
        for (Map.Entry<Integer, ColumnBatch> of : split.entrySet()) {
            int[] rows = rowsOf(bucketOf, of.getKey(), of.getValue().rowCount());
            add(wayTo(of.getKey()), of.getValue(), index -> part.rows().rowOf(rows[index]));
        }
    }

    /**
     * Adds rows of an append table to the buckets that their offsets name.
     *
     * <p>A row that is sent again must come to the same bucket, where it is known: blocks of offsets take turns.
     */
    void addStreamed(Converted.Part part) {
        int rows = part.batch().rowCount();
        int from = 0;
        while (from < rows) {
            long block = block(part, from);
            int to = from + 1;
            if (block(part, rows - 1) == block) {
                to = rows;
            }
            while (to < rows && block(part, to) == block) {
                to++;
            }
            int bucket = (int) Math.floorMod(requireSession().id().low() + block, (long) table.buckets());
            Converted.Part blockPart = part.range(from, to);
            add(wayTo(bucket), blockPart.batch(), blockPart.rows());
            from = to;
        }
    }

    /** Adds rows of an append table without a stream, to whichever bucket is next when their entry is made. */
    void addUnkeyed(Converted.Part part, IntSupplier nextBucket) {
        if (part.batch().rowCount() > 0) {
            add(new Way(new Lane.Key(table.id(), Lane.Key.ANY_BUCKET), nextBucket), part.batch(), part.rows());
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

    private Way wayTo(int bucket) {
        return new Way(new Lane.Key(table.id(), bucket), () -> bucket);
    }

    private void add(Way way, ColumnBatch batch, Converted.RowIndex rows) {
        long sharedBytes = coalescer.sharedBytes(batch);
        if (sharedBytes < 0) {
            encode(way.lane(), way.bucket().getAsInt(), batch, rows);
            return;
        }
        int bucket = way.lane().bucket();
        StreamRows stream = session == null ? null : streamRows(bucket, batch, rows);
        SmallRows small = new SmallRows(schemaVersion, way.bucket(), batch, stream, sharedBytes);
        ready(bucket, stream, () -> coalescer.append(way.lane(), small));
    }

    private void encode(Lane.Key lane, int bucket, ColumnBatch batch, Converted.RowIndex rows) {
        StreamRows stream = session == null ? null : streamRows(bucket, batch, rows);
        List<StreamRows> streams = stream == null ? List.of() : List.of(stream);
        byte[] bytes = LogEntryCodec.encode(new LogEntry(table.id(), schemaVersion, bucket, batch, streams));
        if (bytes.length <= entryBytesMax) {
            ready(bucket, stream, () -> coalescer.append(lane, bucket, bytes));
            return;
        }
        int count = batch.rowCount();
        if (count > 1) {
            int half = count / 2;
            encode(lane, bucket, range(batch, 0, half), rows);
            encode(lane, bucket, range(batch, half, count), index -> rows.rowOf(half + index));
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

    private void ready(int bucket, @Nullable StreamRows stream, Outlet rows) {
        long last = stream == null ? StreamRows.NONE : stream.last();
        lastOffsets.put(bucket, last);
        entries.add(new Entry(bucket, last, rows));
    }

    private StreamRows streamRows(int bucket, ColumnBatch batch, Converted.RowIndex rows) {
        long[] offsets = new long[batch.rowCount()];
        for (int row = 0; row < offsets.length; row++) {
            offsets[row] = streamOffset + rows.rowOf(row);
        }
        StreamSession of = requireSession();
        Long within = lastOffsets.get(bucket);
        return StreamRows.of(of.id(), of.epoch(), within == null ? of.previous(bucket) : within, offsets);
    }

    private long block(Converted.Part part, int row) {
        return (streamOffset + part.rows().rowOf(row)) >>> BLOCK_BITS;
    }

    private StreamSession requireSession() {
        return Objects.requireNonNull(session, "the batch has no stream");
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
