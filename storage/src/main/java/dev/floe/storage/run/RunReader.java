package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the live rows of one data file as columns, in file order.
 *
 * <pre>
 *   row groups ─ statistics, dictionaries ─► flat columns: LeafReader ┐
 *                                            nested columns: records  ├─ deletion vector ─► ColumnBatch
 * </pre>
 *
 * <p>Columns are found by field id; one that the file lacks has its initial default, or null. Whole row groups are
 * left out where the filter can't hold in them; within a row group nothing is filtered. For one thread.
 */
public final class RunReader implements AutoCloseable {
    private final InputFile input;
    private final Schema projection;
    private final @Nullable PositionDeleteIndex dead;
    private final ParquetFileReader file;
    private final MessageType requested;
    private final RowGroups groups;
    private final @Nullable ParquetValueReader<Record> nested;
    private final List<Types.NestedField> nestedFields;
    private List<@Nullable IntFunction<Vector>> columns = List.of();
    private long position;
    private int remaining;

    /**
     * Opens a file. {@code projection} has the wanted top-level columns of the table's schema, which
     * {@code filter} is bound to by name; {@code dead} holds the positions not to be seen. Throws DATA_UNREADABLE.
     */
    public RunReader(
            InputFile input, Schema table, Schema projection, Expression filter, @Nullable PositionDeleteIndex dead) {
        this(input, projection, dead, file -> new RowGroups(file, table, filter));
    }

    /** Opens a file to read, of the row groups that hold rows of the positions, all rows, also dead ones. */
    static RunReader ofRowGroupsWith(InputFile input, Schema projection, long[] positions) {
        return new RunReader(input, projection, null, file -> new RowGroups(file, positions));
    }

    private RunReader(
            InputFile input,
            Schema projection,
            @Nullable PositionDeleteIndex dead,
            Function<ParquetFileReader, RowGroups> rowGroups) {
        this.input = input;
        this.projection = projection;
        this.dead = dead;
        try {
            this.file = ParquetFileReader.open(new ParquetInput(input), ParquetInput.options());
        } catch (FloeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
        MessageType stored = file.getFooter().getFileMetaData().getSchema();
        this.requested = ParquetSchemaUtil.pruneColumns(stored, projection);
        this.nestedFields = projection.columns().stream()
                .filter(f -> f.type().isNestedType())
                .toList();
        this.nested =
                nestedFields.isEmpty() ? null : GenericParquetReaders.buildReader(new Schema(nestedFields), requested);
        this.groups = rowGroups.apply(file);
        file.setRequestedSchema(requested);
    }

    /** How many row groups the file has, and how many are left out. */
    public RowGroupCounts rowGroups() {
        return groups.counts();
    }

    /** Position in the file of the row after those read last. */
    long position() {
        return position;
    }

    /** Up to {@code rowsMax} further rows, perhaps none; null at the end. Throws DATA_UNREADABLE. */
    public @Nullable ColumnBatch next(int rowsMax) {
        try {
            if (remaining == 0 && !nextRowGroup()) {
                return null;
            }
            int rows = Math.min(remaining, rowsMax);
            ColumnBatch batch = read(rows);
            ColumnBatch live = withoutDead(batch);
            position += rows;
            remaining -= rows;
            return live;
        } catch (FloeException e) {
            // of a column's pages, which do not know whose they are
            throw e.code() == ErrorCode.DATA_UNREADABLE ? unreadable(e) : e;
        } catch (IOException | RuntimeException e) {
            // a file that is gone, or damaged, is met with whatever the libraries happen to throw
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private boolean nextRowGroup() throws IOException {
        RowGroups.Group group = groups.next();
        if (group == null) {
            return false;
        }
        position = group.firstPosition();
        remaining = Math.toIntExact(group.rows());
        if (requested.getColumns().isEmpty()) {
            columns = new ArrayList<>(Collections.nCopies(projection.columns().size(), null));
            return true;
        }
        PageReadStore pages = file.readRowGroup(group.index());
        String createdBy = file.getFooter().getFileMetaData().getCreatedBy();
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(pages, new DiscardingConverter(requested), requested, createdBy);
        BlockMetaData block = file.getFooter().getBlocks().get(group.index());
        columns = new ArrayList<>();
        for (Types.NestedField field : projection.columns()) {
            ColumnDescriptor descriptor = field.type().isNestedType() ? null : descriptor(field.fieldId());
            columns.add(descriptor == null ? null : LeafReader.open(descriptor, block, pages, store, field.type()));
        }
        if (nested != null) {
            nested.setPageSource(pages);
        }
        return true;
    }

    private ColumnBatch read(int rows) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        List<Vector> assembled = assemble(rows);
        int nestedSeen = 0;
        for (int i = 0; i < projection.columns().size(); i++) {
            Types.NestedField field = projection.columns().get(i);
            IntFunction<Vector> column = columns.get(i);
            ids.add(field.fieldId());
            if (field.type().isNestedType()) {
                vectors.add(assembled.get(nestedSeen++));
            } else if (column != null) {
                vectors.add(column.apply(rows));
            } else {
                Object value = field.initialDefault();
                vectors.add(VectorBuilder.of(field.type(), Collections.nCopies(rows, value)));
            }
        }
        return new ColumnBatch(rows, ids, vectors, new byte[rows]);
    }

    /** Nested columns are put together by Iceberg's record reader. */
    private List<Vector> assemble(int rows) {
        if (nested == null) {
            return List.of();
        }
        List<VectorBuilder> builders =
                nestedFields.stream().map(f -> VectorBuilder.of(f.type(), rows)).toList();
        Record record = null;
        for (int row = 0; row < rows; row++) {
            record = nested.read(record);
            for (int i = 0; i < builders.size(); i++) {
                builders.get(i).append(record.get(i));
            }
        }
        return builders.stream().map(VectorBuilder::build).toList();
    }

    private ColumnBatch withoutDead(ColumnBatch batch) {
        if (dead == null) {
            return batch;
        }
        int[] live = new int[batch.rowCount()];
        int count = 0;
        for (int row = 0; row < live.length; row++) {
            live[count] = row;
            count += dead.isDeleted(position + row) ? 0 : 1;
        }
        return count == live.length ? batch : batch.rows(live, count);
    }

    private @Nullable ColumnDescriptor descriptor(int fieldId) {
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
        String why = cause instanceof FloeException known ? ": " + known.message() : "";
        return new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the data file " + name + why, cause);
    }

    /** The top-level columns of a schema with these ids, in the ids' order. */
    public static Schema project(Schema schema, List<Integer> fieldIds) {
        return new Schema(fieldIds.stream().map(schema.asStruct()::field).toList());
    }
}
