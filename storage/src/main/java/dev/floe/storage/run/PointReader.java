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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads some rows of one data file: of each wanted column the pages that have them.
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
        return rows(projection, new long[] {position});
    }

    /** The rows at positions that rise, in their order; each page is read once. Throws DATA_UNREADABLE. */
    public ColumnBatch rows(Schema projection, long[] positions) {
        List<BlockMetaData> blocks = file.getFooter().getBlocks();
        List<ColumnBatch> parts = new ArrayList<>();
        long first = 0;
        int next = 0;
        for (int group = 0; group < blocks.size() && next < positions.length; group++) {
            long end = first + blocks.get(group).getRowCount();
            int from = next;
            while (next < positions.length && positions[next] < end) {
                next++;
            }
            if (next > from) {
                long[] rows = Arrays.copyOfRange(positions, from, next);
                for (int i = 0; i < rows.length; i++) {
                    rows[i] -= first;
                }
                parts.add(rowsChecked(projection, blocks.get(group), group, rows));
            }
            first = end;
        }
        if (next < positions.length) {
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "the data file " + input.location() + " has no row " + positions[next]);
        }
        return parts.size() == 1 ? parts.get(0) : joined(projection, parts, positions.length);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ColumnBatch rowsChecked(Schema projection, BlockMetaData block, int group, long[] rows) {
        try {
            return rows(projection, block, group, rows);
        } catch (IOException | RuntimeException e) {
            throw e instanceof FloeException known ? known : unreadable(e);
        }
    }

    private ColumnBatch rows(Schema projection, BlockMetaData block, int group, long[] rows) throws IOException {
        MessageType requested = ParquetSchemaUtil.pruneColumns(stored, projection);
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        if (requested.getColumns().isEmpty()) {
            projection.columns().forEach(field -> {
                ids.add(field.fieldId());
                vectors.add(absent(field, rows.length));
            });
            return new ColumnBatch(rows.length, ids, vectors, new byte[rows.length]);
        }
        file.setRequestedSchema(requested);
        try (PageReadStore pages = file.readFilteredRowGroup(group, SomeRows.ranges(rows, block.getRowCount()))) {
            for (Types.NestedField field : projection.columns()) {
                ColumnDescriptor column = column(requested, field.fieldId());
                ids.add(field.fieldId());
                vectors.add(
                        column == null
                                ? absent(field, rows.length)
                                : values(new Chunk(column, block, requested), pages, field.type(), rows));
            }
        }
        return new ColumnBatch(rows.length, ids, vectors, new byte[rows.length]);
    }

    private Vector values(Chunk chunk, PageReadStore pages, Type type, long[] rows) throws IOException {
        SomePages some = new SomePages(pages.getPageReader(chunk.column), rows.length == chunk.block.getRowCount());
        DictionaryPage dictionary = chunk.isKnown(type) ? null : OnePage.dictionary(some);
        ChunkReader reader = chunk.isKnown(type) ? new ChunkReader(chunk.column, some, type) : null;
        List<Vector> read = new ArrayList<>();
        long[] gathered = new long[rows.length];
        int next = 0;
        while (next < rows.length) {
            long first = some.firstRow();
            int count = some.rows();
            int from = next;
            while (next < rows.length && rows[next] < first + count) {
                gathered[next] = Gather.position(read.size(), Math.toIntExact(rows[next] - first));
                next++;
            }
            if (next == from) {
                throw new IllegalArgumentException("no page has the row " + rows[next]);
            }
            // what is behind the last row is not decoded, but a page before others has to be passed whole
            int wanted = next == rows.length ? Math.toIntExact(rows[next - 1] - first) + 1 : count;
            read.add(
                    reader == null
                            ? LeafReader.read(
                                    new OnePage(dictionary, some.take()).values(chunk, createdBy), type, wanted)
                            : reader.read(wanted));
        }
        return Gather.from(read, gathered, rows.length);
    }

    /** A column of a row group, and what of the file's schema is read. */
    record Chunk(ColumnDescriptor column, BlockMetaData block, MessageType requested) {
        boolean isKnown(Type type) {
            return ChunkReader.knows(column, LeafReader.encodings(block, column), type);
        }
    }

    private static ColumnBatch joined(Schema projection, List<ColumnBatch> parts, int rows) {
        long[] gathered = new long[rows];
        int next = 0;
        for (int part = 0; part < parts.size(); part++) {
            for (int row = 0; row < parts.get(part).rowCount(); row++) {
                gathered[next++] = Gather.position(part, row);
            }
        }
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int c = 0; c < projection.columns().size(); c++) {
            int column = c;
            ids.add(projection.columns().get(c).fieldId());
            columns.add(
                    parts.isEmpty()
                            ? VectorBuilder.nulls(projection.columns().get(c).type(), 0)
                            : Gather.from(
                                    parts.stream()
                                            .map(part -> part.columns().get(column))
                                            .toList(),
                                    gathered,
                                    rows));
        }
        return new ColumnBatch(rows, ids, columns, new byte[rows]);
    }

    private static Vector absent(Types.NestedField field, int rows) {
        return VectorBuilder.of(field.type(), Collections.nCopies(rows, field.initialDefault()));
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
