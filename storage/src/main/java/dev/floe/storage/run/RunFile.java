package dev.floe.storage.run;

import dev.floe.storage.page.FloatStatistics;
import dev.floe.storage.page.PageLimits;
import java.io.IOException;
import java.util.HashMap;
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
import org.apache.iceberg.types.Type;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * One Parquet file being written, a {@link RowGroup} at a time.
 *
 * <p>Rows go in chunks, every column of a chunk in turn, so that a file ends near its limits.
 */
final class RunFile implements AutoCloseable {
    /** Lookups read a page a column, so it is small; a half of it makes scans slower. */
    private static final int PAGE_BYTES = 1 << 16;

    private static final int DICTIONARY_BYTES = 1 << 20;
    private static final int COLUMN_INDEX_TRUNCATE_BYTES = 64;
    private static final int CHUNK_ROWS_MAX = 1 << 14;
    private static final String ICEBERG_SCHEMA = "iceberg.schema";

    private final Schema schema;
    private final RunSettings settings;
    private final MessageType message;
    private final ParquetProperties properties;
    private final ParquetOutput output;
    private final ParquetFileWriter writer;
    private final ZstdPages compressor;
    private final Map<Integer, FloatStatistics> floats = new HashMap<>();
    private RowGroup group;
    private long rows;

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
        this.group = newGroup();
    }

    /** Writes rows {@code from} up to at most {@code to} of a slice; returns where it stopped, the file being full. */
    int write(RowSlice slice, int from, int to, int rowBytes) throws IOException {
        group.bind(slice);
        int chunkRows = chunkRows(rowBytes);
        int next = from;
        while (next < to && !isFull()) {
            int end = Math.min(to, next + chunkRows);
            group.write(slice, next, end);
            rows += end - next;
            next = end;
            if (group.bufferedBytes() >= settings.rowGroupBytesMax()) {
                group.end(writer);
                group.close();
                group = newGroup();
                group.bind(slice);
            }
        }
        return next;
    }

    /** Writes the footer and describes the file. */
    DataFile finish(PartitionSpec spec, StructLike partition, MetricsConfig metricsConfig) throws IOException {
        group.end(writer);
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
        group.close();
        compressor.release();
        output.close();
    }

    private boolean isFull() throws IOException {
        return rows > 0 && writer.getPos() + group.bufferedBytes() >= settings.fileBytesMax();
    }

    /** Rows between two looks at the limits: a page, or a small part of a row group or file. */
    private int chunkRows(int rowBytes) {
        long bytes = Math.min(PAGE_BYTES, Math.min(settings.rowGroupBytesMax(), settings.fileBytesMax()) / 8);
        long rowsMax = Math.min(CHUNK_ROWS_MAX, settings.pageRowsMax());
        return (int) Math.max(1, Math.min(rowsMax, bytes / Math.max(1, rowBytes)));
    }

    private RowGroup newGroup() {
        PageLimits limits = new PageLimits(settings.pageRowsMax(), PAGE_BYTES, DICTIONARY_BYTES);
        return new RowGroup(schema.columns(), message, properties, limits, compressor, this::floats);
    }

    private FloatStatistics floats(int fieldId) {
        boolean isDouble = schema.findType(fieldId).typeId() == Type.TypeID.DOUBLE;
        return floats.computeIfAbsent(fieldId, id -> new FloatStatistics(id, isDouble));
    }
}
