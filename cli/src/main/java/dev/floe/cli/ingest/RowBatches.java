package dev.floe.cli.ingest;

import dev.floe.client.Batch;
import dev.floe.client.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the rows of a source to batches. */
final class RowBatches implements BatchSource {
    /** Size in the input at which a batch goes; well within what servers take as one message. */
    private static final long BATCH_BYTES = 8 << 20;

    private final RowSource source;
    private final List<String> columns;
    private final BatchLimits limits;
    private final RowReports reports;
    private long read;

    RowBatches(RowSource source, BatchLimits limits, RowReports reports) {
        this.source = source;
        this.columns = source.columns().stream().map(Column::name).toList();
        this.limits = limits;
        this.reports = reports;
    }

    @Override
    public @Nullable SourceBatch next() throws IOException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        long bytes = 0;
        while (rows.size() < limits.rowsMax() && bytes < BATCH_BYTES) {
            SourceRow row = source.next();
            if (row == null) {
                break;
            }
            if (row.number() < limits.fromRow()) {
                continue;
            }
            read++;
            if (row instanceof SourceRow.Good good) {
                rows.add(good.values());
                numbers.add(good.number());
                bytes += good.bytes();
            } else if (row instanceof SourceRow.Bad bad) {
                reports.refused(bad.number(), bad.why());
            }
        }
        return rows.isEmpty() ? null : new SourceBatch(Batch.of(columns, rows), RowNumbers.of(numbers));
    }

    @Override
    public long read() {
        return read;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
