package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the key columns of a data file, every row of it in file order.
 *
 * <p>Columns are found by field id, so renames don't matter. Nothing is pruned: a row's position is its number.
 */
public final class KeyColumns {
    private final List<Types.NestedField> keyFields;

    /** Sees the key columns of consecutive rows, in the key's order, each of the type the table has now. */
    @FunctionalInterface
    public interface RowGroupVisitor {
        void visit(long firstPosition, int rows, List<@Nullable Vector> columns);
    }

    public KeyColumns(List<Types.NestedField> keyFields) {
        this.keyFields = List.copyOf(keyFields);
    }

    /** Types of the columns visited. */
    public List<Type> types() {
        return keyFields.stream().map(Types.NestedField::type).toList();
    }

    public void read(InputFile file, RowGroupVisitor visitor) {
        try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(file), ParquetInput.options())) {
            MessageType schema = reader.getFooter().getFileMetaData().getSchema();
            String createdBy = reader.getFooter().getFileMetaData().getCreatedBy();
            List<@Nullable ColumnDescriptor> descriptors = descriptors(schema);
            reader.setRequestedSchema(descriptors.stream()
                    .flatMap(java.util.stream.Stream::ofNullable)
                    .toList());
            long position = 0;
            for (BlockMetaData block : reader.getFooter().getBlocks()) {
                PageReadStore group = reader.readNextRowGroup();
                int rows = Math.toIntExact(group.getRowCount());
                ColumnReadStoreImpl store =
                        new ColumnReadStoreImpl(group, new DiscardingConverter(schema), schema, createdBy);
                visitor.visit(position, rows, columns(block, group, store, descriptors));
                position += rows;
            }
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the keys of a data file", e);
        }
    }

    private List<@Nullable Vector> columns(
            BlockMetaData block,
            PageReadStore group,
            ColumnReadStoreImpl store,
            List<@Nullable ColumnDescriptor> descriptors) {
        int rows = Math.toIntExact(group.getRowCount());
        List<@Nullable Vector> columns = new ArrayList<>();
        for (int i = 0; i < keyFields.size(); i++) {
            ColumnDescriptor descriptor = descriptors.get(i);
            if (descriptor == null) {
                columns.add(null);
            } else {
                columns.add(LeafReader.open(
                                descriptor,
                                block,
                                group,
                                store,
                                keyFields.get(i).type())
                        .apply(rows));
            }
        }
        return columns;
    }

    private List<@Nullable ColumnDescriptor> descriptors(MessageType schema) {
        List<@Nullable ColumnDescriptor> descriptors = new ArrayList<>();
        for (Types.NestedField field : keyFields) {
            ColumnDescriptor found = null;
            for (ColumnDescriptor column : schema.getColumns()) {
                org.apache.parquet.schema.Type.ID id = column.getPrimitiveType().getId();
                if (column.getPath().length == 1 && id != null && id.intValue() == field.fieldId()) {
                    found = column;
                }
            }
            descriptors.add(found);
        }
        return descriptors;
    }
}
