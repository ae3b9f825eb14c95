package dev.floe.cli.ingest;

import dev.floe.client.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the rows of a source to batches: rows that follow one another and have the same columns. */
final class RowBatches implements BatchSource {
    /** Size in the input at which a batch goes; well within what servers take as one message. */
    private static final long BATCH_BYTES = 8 << 20;

    private final RowSource source;
    private final BatchLimits limits;
    private final RowReports reports;
    /** The first row of the next batch, once it was read. */
    private SourceRow.@Nullable Good ahead;

    private long read;

    RowBatches(RowSource source, BatchLimits limits, RowReports reports) {
        this.source = source;
        this.limits = limits;
        this.reports = reports;
    }

    @Override
    public @Nullable SourceBatch next() throws IOException {
        SourceRow.Good row = ahead == null ? nextGood() : ahead;
        ahead = null;
        if (row == null) {
            return null;
        }
        List<String> columns = row.columns();
        List<@Nullable Object[]> rows = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        long bytes = 0;
        while (row != null && row.columns().equals(columns)) {
            rows.add(row.values());
            numbers.add(row.number());
            bytes += row.bytes();
            row = rows.size() < limits.rowsMax() && bytes < BATCH_BYTES ? nextGood() : null;
        }
        ahead = row;
        return new SourceBatch(Batch.of(columns, rows), RowNumbers.of(numbers));
    }

    @Override
    public long read() {
        return read;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    /** The next row that can be sent, those that can't reported; null at the end. */
    private SourceRow.@Nullable Good nextGood() throws IOException {
        for (SourceRow row = source.next(); row != null; row = source.next()) {
            if (row.number() < limits.fromRow()) {
                continue;
            }
            read++;
            if (row instanceof SourceRow.Good good) {
                return good;
            }
            if (row instanceof SourceRow.Bad bad) {
                reports.refused(bad.number(), bad.why());
            }
        }
        return null;
    }
}
