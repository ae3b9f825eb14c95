package dev.floe.it.chaos;

import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.Batch;
import dev.floe.wire.v1.Operation;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The rows of one producer to one table, which are a stream of it: row n has offset n.
 *
 * <p>A row is made once and stays as it is, with its columns, however often it is sent.
 */
final class Lane {
    static final int KEYS = 40;

    private static final long IDS_OF_A_PRODUCER = 1_000_000L;

    private final int producer;
    private final String table;
    private final List<Made> rows = new ArrayList<>();
    private final boolean unique;
    private long acked;

    /** A row as it was first sent. */
    private record Made(long id, boolean delete, Columns columns) {}

    /** With {@code unique} no key is written twice, and none deleted. */
    Lane(int producer, String table, boolean unique) {
        this.producer = producer;
        this.table = table;
        this.unique = unique;
    }

    String table() {
        return table;
    }

    int producer() {
        return producer;
    }

    String stream() {
        return "chaos-" + producer;
    }

    long made() {
        return rows.size();
    }

    long acked() {
        return acked;
    }

    /** Everything below is durable from now on. */
    void ack(long to) {
        acked = Math.max(acked, to);
    }

    /** Makes rows of one operation, and writes into the history what they are before anyone sees them. */
    void make(SplittableRandom random, int count, Columns columns, Journal history) {
        boolean keyed = table.equals(Columns.STATE);
        boolean delete = keyed && !unique && random.nextInt(4) == 0;
        List<Long> made = new ArrayList<>();
        long from = rows.size();
        for (int i = 0; i < count; i++) {
            long key = producer * IDS_OF_A_PRODUCER + (unique ? rows.size() : random.nextInt(KEYS));
            long id = keyed ? key : producer;
            made.add(id);
            rows.add(new Made(id, delete, columns));
        }
        history.write(
                "made",
                "table",
                table,
                "producer",
                producer,
                "from",
                from,
                "ids",
                made,
                "delete",
                delete,
                "fields",
                columns.fieldIds(),
                "wide",
                columns.wide());
    }

    /** The end of the longest batch from a row on, at most {@code to}: one of one operation and one version. */
    long batchEnd(long from, long to) {
        Made first = rows.get((int) from);
        long end = from + 1;
        while (end < to
                && rows.get((int) end).delete == first.delete
                && rows.get((int) end).columns.version() == first.columns.version()) {
            end++;
        }
        return end;
    }

    /** Rows as a request at an offset, their own but for tests of gaps. */
    AppendRequest request(long from, long to, long offset) {
        Made first = rows.get((int) from);
        return AppendRequest.newBuilder()
                .setTable(table)
                .setSchemaVersion(first.columns.version())
                .setOffset(offset)
                .setBatch(batch(from, to))
                .build();
    }

    Batch batch(long from, long to) {
        Made first = rows.get((int) from);
        RowBatch.Builder batch = RowBatch.newBuilder();
        first.columns.fields().keySet().forEach(batch::addColumns);
        for (long n = from; n < to; n++) {
            Made made = rows.get((int) n);
            Row.Builder row = Row.newBuilder();
            for (int field : made.columns.fieldIds()) {
                row.addValues(value(Columns.value(field, made.id, n, made.columns.wide())));
            }
            batch.addRows(row);
        }
        boolean keyed = table.equals(Columns.STATE);
        Operation change = first.delete ? Operation.DELETE : Operation.UPSERT;
        return Batch.newBuilder()
                .setRows(batch)
                .setOperation(keyed ? change : Operation.APPEND)
                .build();
    }

    private static Value value(Object value) {
        return value instanceof Long number
                ? Value.newBuilder().setInteger(number).build()
                : Value.newBuilder().setText(value.toString()).build();
    }
}
