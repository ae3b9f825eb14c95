package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.page.ChunkDictionary;
import dev.floe.storage.page.ChunkReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads some rows of one data file: of each wanted column the pages that have them.
 *
 * <p>It stays open from row to row, and keeps the footer and the pages' places (Parquet's offset index); pages are kept
 * where {@link KeptPages} says. Flat columns only, and files with an offset index, which Floe's have; {@link #reads}
 * tells. A checksum is verified with each page. For one thread at a time.
 */
public final class PointReader implements AutoCloseable {
    /** Rows of a page up to which those between them are skipped and not decoded. */
    private static final int FEW_ROWS = 8;

    private final InputFile input;
    private final KeptPages keptPages;
    private final ParquetFileReader file;
    private final FilePages pages;
    private final MessageType stored;
    private final String createdBy;
    /** Top-level columns by field id. */
    private final Map<Integer, ColumnDescriptor> columns;

    /** By where their first pages are. */
    private final Map<Long, Chunk> chunks = new HashMap<>();

    /** Opens the file and reads its footer. Throws DATA_UNREADABLE. */
    public PointReader(InputFile input, KeptPages keptPages) {
        this.input = input;
        this.keptPages = keptPages;
        try {
            this.file = ParquetFileReader.open(new ParquetInput(input), ParquetInput.options());
            this.pages = new FilePages(input.newStream());
        } catch (FloeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
        this.stored = file.getFooter().getFileMetaData().getSchema();
        this.columns = topLevel(stored);
        this.createdBy = file.getFooter().getFileMetaData().getCreatedBy();
    }

    /** True where every column is flat, and the pages of every chunk can be found. */
    public boolean reads(Schema projection) {
        return projection.columns().stream()
                .allMatch(field -> !field.type().isNestedType() && isPlaced(field.fieldId()));
    }

    /** The rows at positions that rise, in their order; each page is read once. Throws DATA_UNREADABLE. */
    public ColumnBatch rows(Schema projection, long[] positions, PageTally tally) {
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
                parts.add(rowsChecked(projection, blocks.get(group), rows, tally));
            }
            first = end;
        }
        if (next < positions.length) {
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "the data file " + name() + " has no row " + positions[next]);
        }
        return parts.size() == 1 ? parts.get(0) : joined(projection, parts, positions.length);
    }

    @Override
    public void close() {
        try (pages) {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ColumnBatch rowsChecked(Schema projection, BlockMetaData block, long[] rows, PageTally tally) {
        try {
            return rows(projection, block, rows, tally);
        } catch (IOException | RuntimeException e) {
            if (e instanceof FloeException known
                    && (known.code() != ErrorCode.DATA_UNREADABLE
                            || known.message().contains(name()))) {
                throw known;
            }
            throw unreadable(e);
        }
    }

    private ColumnBatch rows(Schema projection, BlockMetaData block, long[] rows, PageTally tally) throws IOException {
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        for (Types.NestedField field : projection.columns()) {
            ColumnDescriptor column = columns.get(field.fieldId());
            ids.add(field.fieldId());
            vectors.add(
                    column == null
                            ? absent(field, rows.length)
                            : values(chunk(column, block), field.type(), rows, tally));
        }
        return new ColumnBatch(rows.length, ids, vectors, new byte[rows.length]);
    }

    private Vector values(Chunk chunk, Type type, long[] rows, PageTally tally) {
        boolean known = ChunkReader.knows(chunk.column, chunk.meta.getEncodings(), type);
        KeptPage.Entries dictionary = dictionary(chunk, known);
        List<Vector> read = new ArrayList<>();
        long[] gathered = new long[rows.length];
        int page = 0;
        int next = 0;
        while (next < rows.length) {
            page = chunk.pageOf(rows[next], page);
            long first = chunk.places.getFirstRowIndex(page);
            long last = chunk.places.getLastRowIndex(page, chunk.groupRows);
            int from = next;
            while (next < rows.length && rows[next] <= last) {
                next++;
            }
            OnePage one = new OnePage(dictionary.page(), page(chunk, page, tally));
            ChunkDictionary entries = dictionary.decoded();
            if (entries != null && next - from <= FEW_ROWS) {
                ChunkReader reader = new ChunkReader(chunk.column, one, entries, type);
                long passed = first;
                for (int i = from; i < next; i++) {
                    reader.skip(Math.toIntExact(rows[i] - passed));
                    passed = rows[i] + 1;
                    gathered[i] = Gather.position(read.size(), 0);
                    read.add(reader.read(1));
                }
                continue;
            }
            for (int i = from; i < next; i++) {
                gathered[i] = Gather.position(read.size(), Math.toIntExact(rows[i] - first));
            }
            // what is behind the last row is not decoded
            int wanted = Math.toIntExact(rows[next - 1] - first) + 1;
            read.add(
                    entries == null
                            ? LeafReader.read(one.values(chunk.column, stored, createdBy), type, wanted)
                            : new ChunkReader(chunk.column, one, entries, type).read(wanted));
        }
        return read.size() == 1 && rows.length == 1 && gathered[0] == Gather.position(0, 0)
                ? read.get(0)
                : Gather.from(read, gathered, rows.length);
    }

    private DataPage page(Chunk chunk, int page, PageTally tally) {
        long offset = chunk.places.getOffset(page);
        KeptPages.Place place = new KeptPages.Place(input.location(), offset, false);
        tally.want(place, chunk.places.getOffset(0), chunk.places.getPageCount());
        KeptPage kept = keptPages.page(place, () -> {
            tally.read();
            try {
                DataPage values = pages.values(chunk.meta, offset, chunk.places.getCompressedPageSize(page));
                return new KeptPage.Values(values, values.getUncompressedSize());
            } catch (IOException e) {
                throw unreadable(e);
            }
        });
        return ((KeptPage.Values) kept).page();
    }

    /** A chunk's dictionary is before its first page. */
    private KeptPage.Entries dictionary(Chunk chunk, boolean known) {
        long offset = chunk.meta.getStartingPos();
        long length = chunk.places.getOffset(0) - offset;
        if (length <= 0) {
            return entries(chunk, null, known);
        }
        return (KeptPage.Entries) keptPages.page(new KeptPages.Place(input.location(), offset, known), () -> {
            try {
                return entries(chunk, pages.dictionary(chunk.meta, offset, Math.toIntExact(length)), known);
            } catch (IOException e) {
                throw unreadable(e);
            }
        });
    }

    private KeptPage.Entries entries(Chunk chunk, @Nullable DictionaryPage page, boolean known) {
        try {
            if (!known) {
                return new KeptPage.Entries(page, null, page == null ? 0 : page.getUncompressedSize());
            }
            ChunkDictionary decoded = ChunkDictionary.decode(chunk.column, page);
            return new KeptPage.Entries(null, decoded, (int) Math.min(Integer.MAX_VALUE, decoded.bytes()));
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private Chunk chunk(ColumnDescriptor column, BlockMetaData block) throws IOException {
        ColumnPath path = ColumnPath.get(column.getPath());
        for (ColumnChunkMetaData meta : block.getColumns()) {
            if (meta.getPath().equals(path)) {
                Chunk known = chunks.get(meta.getFirstDataPageOffset());
                if (known == null) {
                    known = new Chunk(column, meta, block.getRowCount(), file.readOffsetIndex(meta));
                    chunks.put(meta.getFirstDataPageOffset(), known);
                }
                return known;
            }
        }
        throw new IOException("a row group has no column " + path);
    }

    /** A column of a row group and where its pages are. */
    private record Chunk(ColumnDescriptor column, ColumnChunkMetaData meta, long groupRows, OffsetIndex places) {
        /** The page from {@code from} on that has a row. */
        int pageOf(long row, int from) {
            int low = from;
            int high = places.getPageCount() - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (places.getFirstRowIndex(middle) <= row) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
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

    /** True where the pages of a column can be found in every row group that has it. */
    private boolean isPlaced(int fieldId) {
        ColumnDescriptor column = columns.get(fieldId);
        if (column == null) {
            return true;
        }
        ColumnPath path = ColumnPath.get(column.getPath());
        return file.getFooter().getBlocks().stream()
                .flatMap(block -> block.getColumns().stream())
                .filter(chunk -> chunk.getPath().equals(path))
                .allMatch(chunk -> chunk.getOffsetIndexReference() != null);
    }

    private static Map<Integer, ColumnDescriptor> topLevel(MessageType schema) {
        Map<Integer, ColumnDescriptor> columns = new HashMap<>();
        for (ColumnDescriptor column : schema.getColumns()) {
            org.apache.parquet.schema.Type.ID id = column.getPrimitiveType().getId();
            if (column.getPath().length == 1 && id != null) {
                columns.put(id.intValue(), column);
            }
        }
        return columns;
    }

    private FloeException unreadable(Exception cause) {
        String why = cause instanceof FloeException known ? ": " + known.message() : "";
        return new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the data file " + name() + why, cause);
    }

    /** What errors call the file. */
    private String name() {
        return input.location().substring(input.location().lastIndexOf('/') + 1);
    }
}
