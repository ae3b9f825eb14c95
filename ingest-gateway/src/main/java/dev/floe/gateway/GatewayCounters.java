package dev.floe.gateway;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the gateway has done since it started.
 *
 * <p>While nothing is in flight, batches and rows received equal those stored, refused, repeated and failed together.
 * Rows are counted of batches that could be read; a refused batch that could not adds none. Repeated rows were sent
 * before. Failed means the log did not confirm: such rows may be stored all the same.
 */
public final class GatewayCounters {
    /** The counts at one moment. */
    public record Snapshot(
            long batchesReceived,
            long batchesStored,
            long batchesRefused,
            long batchesFailed,
            long rowsReceived,
            long rowsStored,
            long rowsRefused,
            long rowsRepeated,
            long rowsFailed,
            long bytesReceived,
            long entriesWritten,
            long entryBytesWritten) {}

    private final LongAdder batchesReceived = new LongAdder();
    private final LongAdder batchesStored = new LongAdder();
    private final LongAdder batchesRefused = new LongAdder();
    private final LongAdder batchesFailed = new LongAdder();
    private final LongAdder rowsReceived = new LongAdder();
    private final LongAdder rowsStored = new LongAdder();
    private final LongAdder rowsRefused = new LongAdder();
    private final LongAdder rowsRepeated = new LongAdder();
    private final LongAdder rowsFailed = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder entriesWritten = new LongAdder();
    private final LongAdder entryBytesWritten = new LongAdder();

    public void received(long bytes) {
        batchesReceived.increment();
        bytesReceived.add(bytes);
    }

    public void read(long rows) {
        rowsReceived.add(rows);
    }

    public void refusedRows(long rows) {
        rowsRefused.add(rows);
    }

    public void repeatedRows(long rows) {
        rowsRepeated.add(rows);
    }

    public void refusedBatch() {
        batchesRefused.increment();
    }

    public void storedBatch(long rows) {
        batchesStored.increment();
        rowsStored.add(rows);
    }

    public void failedBatch(long rows) {
        batchesFailed.increment();
        rowsFailed.add(rows);
    }

    public void wroteEntry(long bytes) {
        entriesWritten.increment();
        entryBytesWritten.add(bytes);
    }

    public Snapshot snapshot() {
        return new Snapshot(
                batchesReceived.sum(),
                batchesStored.sum(),
                batchesRefused.sum(),
                batchesFailed.sum(),
                rowsReceived.sum(),
                rowsStored.sum(),
                rowsRefused.sum(),
                rowsRepeated.sum(),
                rowsFailed.sum(),
                bytesReceived.sum(),
                entriesWritten.sum(),
                entryBytesWritten.sum());
    }
}
