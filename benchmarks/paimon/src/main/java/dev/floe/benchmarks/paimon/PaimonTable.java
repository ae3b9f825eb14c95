package dev.floe.benchmarks.paimon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;

/** The newest snapshot of a Paimon table, read with Paimon's own reader. */
final class PaimonTable {
    private final FileStoreTable table;

    private PaimonTable(FileStoreTable table) {
        this.table = table;
    }

    /** What the data files of a snapshot hold; {@code format} is as in {@code parquet-zstd}. */
    record Stored(int files, long rows, long bytes, String format) {}

    static PaimonTable open(Path warehouse, String database, String name) throws Exception {
        CatalogContext context = CatalogContext.create(new org.apache.paimon.fs.Path(warehouse.toUri()));
        try (Catalog catalog = CatalogFactory.createCatalog(context)) {
            return new PaimonTable((FileStoreTable) catalog.getTable(Identifier.create(database, name)));
        }
    }

    /** Rows that a reader finds: of a table with a key the newest of each key. */
    long liveRows(String anyColumn) throws IOException {
        ReadBuilder builder =
                table.newReadBuilder().withProjection(new int[] {table.rowType().getFieldIndex(anyColumn)});
        long[] count = new long[1];
        try (RecordReader<InternalRow> rows =
                builder.newRead().createReader(builder.newScan().plan())) {
            rows.forEachRemaining(row -> count[0]++);
        }
        return count[0];
    }

    Stored stored() {
        List<DataFileMeta> files = table.newSnapshotReader().read().dataSplits().stream()
                .map(DataSplit::dataFiles)
                .flatMap(List::stream)
                .toList();
        CoreOptions options = table.coreOptions();
        return new Stored(
                files.size(),
                files.stream().mapToLong(DataFileMeta::rowCount).sum(),
                files.stream().mapToLong(DataFileMeta::fileSize).sum(),
                options.fileFormatString() + "-" + options.fileCompression());
    }
}
