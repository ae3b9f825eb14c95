package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.page.FloatStatistics;
import dev.floe.storage.run.LeafEmitters.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;

/** Builds the emitters of nested fields of one row group from their Iceberg and Parquet schemas. */
final class EmitterTree {
    private final MessageType message;
    private final ColumnWriteStore store;
    private final IntFunction<FloatStatistics> floats;

    private EmitterTree(MessageType message, ColumnWriteStore store, IntFunction<FloatStatistics> floats) {
        this.message = message;
        this.store = store;
        this.floats = floats;
    }

    /**
     * One emitter a field.
     *
     * @param message the fields' Parquet schema and nothing else
     * @param floats the file's statistics of a float field, outside of lists and maps, by its id
     */
    static List<ColumnEmitter> of(
            List<Types.NestedField> fields,
            MessageType message,
            ColumnWriteStore store,
            IntFunction<FloatStatistics> floats) {
        return new EmitterTree(message, store, floats).fields(fields, message, new String[0]);
    }

    private List<ColumnEmitter> fields(List<Types.NestedField> fields, GroupType group, String[] parent) {
        List<ColumnEmitter> emitters = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            emitters.add(field(fields.get(i).fieldId(), fields.get(i).type(), group.getType(i), parent));
        }
        return emitters;
    }

    private ColumnEmitter field(int id, Type type, org.apache.parquet.schema.Type column, String[] parent) {
        String[] path = append(parent, column.getName());
        String name = String.join(".", path);
        boolean optional = column.isRepetition(Repetition.OPTIONAL);
        int definition = message.getMaxDefinitionLevel(path);
        if (type.isStructType()) {
            List<Types.NestedField> fields = type.asStructType().fields();
            return new NestedEmitters.Struct(
                    name, optional, definition, fields, fields(fields, column.asGroupType(), path));
        }
        if (type.isListType() || type.isMapType()) {
            GroupType repeated = column.asGroupType().getType(0).asGroupType();
            String[] repeatedPath = append(path, repeated.getName());
            return new NestedEmitters.Repeated(
                    name,
                    optional,
                    definition,
                    message.getMaxRepetitionLevel(repeatedPath),
                    elements(type, repeated, repeatedPath));
        }
        ColumnDescriptor descriptor = message.getColumnDescription(path);
        Leaf leaf = new Leaf(name, optional, definition, store.getColumnWriter(descriptor));
        return leaf(id, type, column.asPrimitiveType(), leaf, descriptor.getMaxRepetitionLevel() > 0);
    }

    private List<ColumnEmitter> elements(Type type, GroupType repeated, String[] path) {
        if (type.isListType()) {
            Types.ListType list = type.asListType();
            return List.of(field(list.elementId(), list.elementType(), repeated.getType(0), path));
        }
        Types.MapType map = type.asMapType();
        return List.of(
                field(map.keyId(), map.keyType(), repeated.getType(0), path),
                field(map.valueId(), map.valueType(), repeated.getType(1), path));
    }

    private ColumnEmitter leaf(int id, Type type, PrimitiveType column, Leaf leaf, boolean repeated) {
        return switch (type.typeId()) {
            case BOOLEAN -> new LeafEmitters.Booleans(leaf);
            case INTEGER, DATE -> new LeafEmitters.Ints(leaf);
            case LONG, TIME, TIMESTAMP -> new LeafEmitters.Longs(leaf);
            case FLOAT -> new FloatEmitter(leaf, false, repeated ? new FloatStatistics(id, false) : floats.apply(id));
            case DOUBLE -> new FloatEmitter(leaf, true, repeated ? new FloatStatistics(id, true) : floats.apply(id));
            case STRING, BINARY -> new LeafEmitters.Bytes(leaf);
            case UUID -> new LeafEmitters.Fixed(leaf);
            case DECIMAL -> decimal(column, leaf);
            case FIXED, TIMESTAMP_NANO, STRUCT, LIST, MAP, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY ->
                throw new FloeException(
                        ErrorCode.UNSUPPORTED,
                        "column " + leaf.path() + " has type " + type + ", which Floe can't write");
        };
    }

    private static ColumnEmitter decimal(PrimitiveType column, Leaf leaf) {
        PrimitiveTypeName stored = column.getPrimitiveTypeName();
        if (stored == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
            return new LeafEmitters.LongDecimals(leaf, column.getTypeLength());
        }
        return new LeafEmitters.ShortDecimals(leaf, stored == PrimitiveTypeName.INT32);
    }

    private static String[] append(String[] path, String name) {
        String[] longer = new String[path.length + 1];
        System.arraycopy(path, 0, longer, 0, path.length);
        longer[path.length] = name;
        return longer;
    }
}
