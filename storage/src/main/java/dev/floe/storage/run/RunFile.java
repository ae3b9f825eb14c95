package dev.floe.storage.run;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.FloatEmitter.FloatStatistics;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * One Parquet file being written column by column.
 *
 * <pre>
 *   vectors ─► ColumnEmitter per field ─► ColumnWriteStore (encodes pages) ─► page store (compresses) ─► file
 * </pre>
 *
 * <p>Rows go in chunks, every column of a chunk in turn, so that a page ends near its limits.
 */
final class RunFile implements AutoCloseable {
    private static final int PAGE_BYTES = 1 << 20;
    private static final int DICTIONARY_BYTES = 1 << 20;
    private static final int COLUMN_INDEX_TRUNCATE_BYTES = 64;
    private static final int CHUNK_ROWS_MAX = 1_000;
    private static final String ICEBERG_SCHEMA = "iceberg.schema";

    private final Schema schema;
    private final RunSettings settings;
    private final MessageType message;
    private final ParquetProperties properties;
    private final ParquetOutput output;
    private final ParquetFileWriter writer;
    private final ZstdPages compressor;
    private final Map<Integer, FloatStatistics> floats = new HashMap<>();
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore columns;
    private List<ColumnEmitter> emitters;
    private long rows;
    private long groupRows;

    RunFile(Schema schema, RunSettings settings, OutputFile file) throws IOException {
        this.schema = schema;
        this.settings = settings;
        this.message = ParquetSchemaUtil.convert(schema, "table");
        this.properties = ParquetProperties.builder()
                .withPageSize(PAGE_BYTES)
                .withPageRowCountLimit(settings.pageRowsMax())
                .withDictionaryPageSize(DICTIONARY_BYTES)
                .withColumnIndexTruncateLength(COLUMN_INDEX_TRUNCATE_BYTES)
                .withPageWriteChecksumEnabled(true)
                .build();
        this.output = new ParquetOutput(file);
        this.compressor = new ZstdPages(settings.compressionLevel());
        this.writer = new ParquetFileWriter(
                output, message, ParquetFileWriter.Mode.CREATE, settings.rowGroupBytesMax(), 0, null, properties);
        writer.start();
        this.pages = newPages();
        this.columns = properties.newColumnWriteStore(message, pages, pages);
        this.emitters = EmitterTree.of(schema.asStruct(), message, columns, floats);
    }

    /** Writes rows {@code from} up to at most {@code to} of a slice; returns where it stopped, the file being full. */
    int write(RowSlice slice, int from, int to, int rowBytes) throws IOException {
        bind(slice);
        int rowsMax = Math.min(CHUNK_ROWS_MAX, settings.pageRowsMax());
        int chunkRows = Math.max(1, Math.min(rowsMax, PAGE_BYTES / Math.max(1, rowBytes)));
        int next = from;
        while (next < to && !isFull()) {
            int end = Math.min(to, next + chunkRows);
            for (ColumnEmitter emitter : emitters) {
                for (int i = next; i < end; i++) {
                    emitter.write(slice.row(i), 0);
                }
            }
            for (int i = next; i < end; i++) {
                columns.endRecord();
            }
            rows += end - next;
            groupRows += end - next;
            next = end;
            if (columns.getBufferedSize() >= settings.rowGroupBytesMax()) {
                endRowGroup();
                startRowGroup();
                bind(slice);
            }
        }
        return next;
    }

    /** Writes the footer and describes the file. */
    DataFile finish(PartitionSpec spec, StructLike partition, MetricsConfig metricsConfig) throws IOException {
        endRowGroup();
        writer.end(Map.of(ICEBERG_SCHEMA, SchemaParser.toJson(schema)));
        writer.close();
        Stream<FieldMetrics<?>> floatMetrics = floats.values().stream().map(FloatStatistics::metrics);
        Metrics metrics = ParquetUtil.footerMetrics(writer.getFooter(), floatMetrics, metricsConfig);
        return DataFiles.builder(spec)
                .withPath(output.getPath())
                .withFormat(FileFormat.PARQUET)
                .withPartition(partition)
                .withFileSizeInBytes(output.length())
                .withMetrics(metrics)
                .withSplitOffsets(ParquetUtil.getSplitOffsets(writer.getFooter()))
                .build();
    }

    @Override
    public void close() throws IOException {
        columns.close();
        pages.close();
        compressor.release();
        output.close();
    }

    private boolean isFull() throws IOException {
        return rows > 0 && writer.getPos() + columns.getBufferedSize() >= settings.fileBytesMax();
    }

    private void bind(RowSlice slice) {
        ColumnBatch batch = slice.batch();
        List<Types.NestedField> fields = schema.columns();
        for (int i = 0; i < fields.size(); i++) {
            int id = fields.get(i).fieldId();
            Types.NestedField source = slice.schema().findField(id);
            emitters.get(i).bind(batch.column(id), source == null ? null : source.type());
        }
    }

    private void startRowGroup() {
        groupRows = 0;
        pages = newPages();
        columns = properties.newColumnWriteStore(message, pages, pages);
        emitters = EmitterTree.of(schema.asStruct(), message, columns, floats);
    }

    private void endRowGroup() throws IOException {
        if (groupRows > 0) {
            writer.startBlock(groupRows);
            columns.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
        columns.close();
        pages.close();
    }

    private ColumnChunkPageWriteStore newPages() {
        return new ColumnChunkPageWriteStore(
                compressor,
                message,
                new HeapByteBufferAllocator(),
                COLUMN_INDEX_TRUNCATE_BYTES,
                properties.getPageWriteChecksumEnabled());
    }
}
