package dev.floe.storage.run;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.page.FloatStatistics;
import dev.floe.storage.page.PageColumn;
import dev.floe.storage.page.PageColumns;
import dev.floe.storage.page.PageLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.iceberg.types.Types;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * One row group being filled.
 *
 * <pre>
 *   flat fields ────► PageColumn each ───────────────────────► page store (compresses) ─► file
 *   nested fields ──► ColumnEmitter each ─► ColumnWriteStore ──┘
 * </pre>
 */
final class RowGroup implements AutoCloseable {
    private final ColumnChunkPageWriteStore pages;
    private final ColumnWriteStore nested;
    private final List<Types.NestedField> flatFields = new ArrayList<>();
    private final List<PageColumn> flat = new ArrayList<>();
    private final List<Types.NestedField> nestedFields = new ArrayList<>();
    private final List<ColumnEmitter> emitters;
    private long rows;

    RowGroup(
            List<Types.NestedField> fields,
            MessageType message,
            ParquetProperties properties,
            PageLimits limits,
            ZstdPages compressor,
            IntFunction<FloatStatistics> floats) {
        this.pages = new ColumnChunkPageWriteStore(
                compressor,
                message,
                new HeapByteBufferAllocator(),
                properties.getColumnIndexTruncateLength(),
                properties.getPageWriteChecksumEnabled());
        List<Type> nestedTypes = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            Types.NestedField field = fields.get(i);
            if (PageColumns.areFor(field.type())) {
                ColumnDescriptor column = message.getColumnDescription(new String[] {message.getFieldName(i)});
                flatFields.add(field);
                flat.add(PageColumns.open(field, column, pages.getPageWriter(column), limits, floats));
            } else {
                nestedFields.add(field);
                nestedTypes.add(message.getType(i));
            }
        }
        MessageType nestedMessage = new MessageType(message.getName(), nestedTypes);
        this.nested = properties.newColumnWriteStore(nestedMessage, pages, pages);
        this.emitters = EmitterTree.of(nestedFields, nestedMessage, nested, floats);
    }

    /** Takes the batch to write from. */
    void bind(RowSlice slice) {
        ColumnBatch batch = slice.batch();
        for (int i = 0; i < flat.size(); i++) {
            flat.get(i).bind(batch.column(flatFields.get(i).fieldId()));
        }
        for (int i = 0; i < emitters.size(); i++) {
            int id = nestedFields.get(i).fieldId();
            Types.NestedField source = slice.schema().findField(id);
            emitters.get(i).bind(batch.column(id), source == null ? null : source.type());
        }
    }

    /** Writes some of the bound slice's rows, column by column. */
    void write(RowSlice slice, int from, int to) throws IOException {
        for (PageColumn column : flat) {
            column.write(slice.rows(), from, to);
        }
        if (!emitters.isEmpty()) {
            for (ColumnEmitter emitter : emitters) {
                for (int i = from; i < to; i++) {
                    emitter.write(slice.row(i), 0);
                }
            }
            for (int i = from; i < to; i++) {
                nested.endRecord();
            }
        }
        rows += to - from;
    }

    /** Bytes held, compressed as far as pages have ended. */
    long bufferedBytes() {
        long bytes = nested.getBufferedSize();
        for (PageColumn column : flat) {
            bytes += column.bufferedBytes();
        }
        return bytes;
    }

    /** Ends the group's pages and writes it to the file; nothing where it has no rows. */
    void end(ParquetFileWriter writer) throws IOException {
        if (rows == 0) {
            return;
        }
        writer.startBlock(rows);
        for (PageColumn column : flat) {
            column.end();
        }
        nested.flush();
        pages.flushToFileWriter(writer);
        writer.endBlock();
    }

    @Override
    public void close() {
        nested.close();
        pages.close();
    }
}
