package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.page.ChunkReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads single rows of one data file: of each wanted column the one page that has the row.
 *
 * <p>It stays open from row to row, and keeps the footer and the pages' places (Parquet's offset index). Flat columns
 * only, and files with an offset index, which Floe's have; {@link #reads} tells. A checksum is verified with each
 * page. For one thread at a time.
 */
public final class PointReader implements AutoCloseable {
    private final InputFile input;
    private final ParquetFileReader file;
    private final MessageType stored;
    private final String createdBy;

    /** Opens the file and reads its footer. Throws DATA_UNREADABLE. */
    public PointReader(InputFile input) {
        this.input = input;
        try {
            this.file = ParquetFileReader.open(new ParquetInput(input), ParquetInput.options());
        } catch (IOException e) {
            throw unreadable(e);
        }
        this.stored = file.getFooter().getFileMetaData().getSchema();
        this.createdBy = file.getFooter().getFileMetaData().getCreatedBy();
    }

    /** True where every column is flat, and the pages of every chunk can be found. */
    public boolean reads(Schema projection) {
        MessageType requested = ParquetSchemaUtil.pruneColumns(stored, projection);
        return projection.columns().stream().noneMatch(field -> field.type().isNestedType())
                && file.getFooter().getBlocks().stream()
                        .flatMap(block -> block.getColumns().stream())
                        .filter(chunk -> requested.containsPath(chunk.getPath().toArray()))
                        .allMatch(chunk -> chunk.getOffsetIndexReference() != null);
    }

    /** The row at a position. Throws DATA_UNREADABLE. */
    public ColumnBatch row(Schema projection, long position) {
        List<BlockMetaData> blocks = file.getFooter().getBlocks();
        long first = 0;
        for (int group = 0; group < blocks.size(); group++) {
            long rows = blocks.get(group).getRowCount();
            if (position < first + rows) {
                try {
                    return row(projection, blocks.get(group), group, position - first);
                } catch (IOException | RuntimeException e) {
                    throw e instanceof FloeException known ? known : unreadable(e);
                }
            }
            first += rows;
        }
        throw new FloeException(
                ErrorCode.DATA_UNREADABLE, "the data file " + input.location() + " has no row " + position);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ColumnBatch row(Schema projection, BlockMetaData block, int group, long row) throws IOException {
        MessageType requested = ParquetSchemaUtil.pruneColumns(stored, projection);
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        if (requested.getColumns().isEmpty()) {
            projection.columns().forEach(field -> {
                ids.add(field.fieldId());
                vectors.add(absent(field));
            });
            return new ColumnBatch(1, ids, vectors, new byte[1]);
        }
        file.setRequestedSchema(requested);
        RowRanges one = RowRanges.create(block.getRowCount(), IntStream.of(0).iterator(), new OneRow(row));
        try (PageReadStore pages = file.readFilteredRowGroup(group, one)) {
            ColumnReadStoreImpl store =
                    new ColumnReadStoreImpl(pages, new DiscardingConverter(requested), requested, createdBy);
            for (Types.NestedField field : projection.columns()) {
                ColumnDescriptor column = column(requested, field.fieldId());
                ids.add(field.fieldId());
                vectors.add(column == null ? absent(field) : value(column, block, pages, store, field.type(), row));
            }
        }
        return new ColumnBatch(1, ids, vectors, new byte[1]);
    }

    private static Vector value(
            ColumnDescriptor column,
            BlockMetaData block,
            PageReadStore pages,
            ColumnReadStoreImpl store,
            Type type,
            long row) {
        if (!ChunkReader.knows(column, LeafReader.encodings(block, column), type)) {
            // parquet-java's own reader skips to the row by itself
            return LeafReader.read(store.getColumnReader(column), type, 1);
        }
        PageFrom page = new PageFrom(pages.getPageReader(column), block.getRowCount() == 1);
        int before = Math.toIntExact(row - page.firstRow());
        ChunkReader reader = new ChunkReader(column, page, type);
        Vector values = reader.read(before + 1);
        return Gather.rows(values, new int[] {before}, 1);
    }

    private static Vector absent(Types.NestedField field) {
        return VectorBuilder.of(field.type(), Collections.singletonList(field.initialDefault()));
    }

    private static @Nullable ColumnDescriptor column(MessageType requested, int fieldId) {
        for (ColumnDescriptor column : requested.getColumns()) {
            org.apache.parquet.schema.Type.ID id = column.getPrimitiveType().getId();
            if (column.getPath().length == 1 && id != null && id.intValue() == fieldId) {
                return column;
            }
        }
        return null;
    }

    private FloeException unreadable(Exception cause) {
        String name = input.location().substring(input.location().lastIndexOf('/') + 1);
        return new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the data file " + name, cause);
    }
}
