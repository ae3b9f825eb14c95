package dev.floe.cli.ingest;

import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.StructFields;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A column of assembled Parquet records as values to send, nested ones too.
 *
 * <p>Lists and maps may have any of the forms that
 * <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types">Parquet's rules</a> for
 * readers allow.
 */
final class RecordColumn {
    private static final long NANOS_A_MICRO = 1_000;

    private final ColumnType type;
    private final @Nullable Conversion leaf;
    /** Of a list its element, of a map key and value, of a struct its fields, by position in the file's group. */
    private final Map<Integer, Child> children;

    private final Nesting nesting;

    /** How values nest in the file. */
    private enum Nesting {
        NONE,
        STRUCT,
        /** A group whose one repeated field is a group around the element. */
        LIST_OF_GROUPS,
        /** A group whose one repeated field is the element. */
        LIST_OF_ELEMENTS,
        /** A repeated field without a group around it. */
        REPEATED,
        MAP
    }

    private record Child(String name, RecordColumn column) {}

    private RecordColumn(ColumnType type, @Nullable Conversion leaf, Nesting nesting, Map<Integer, Child> children) {
        this.type = type;
        this.leaf = leaf;
        this.nesting = nesting;
        this.children = children;
    }

    /** Throws WRONG_TYPE where the file's field does not go into the column. */
    static RecordColumn of(String path, ColumnType type, Type file) {
        if (type instanceof ColumnType.ListOf list && file.isRepetition(Type.Repetition.REPEATED)) {
            return new RecordColumn(
                    type, null, Nesting.REPEATED, Map.of(0, child("element", path, list.element(), file)));
        }
        return single(path, type, file);
    }

    private static RecordColumn single(String path, ColumnType type, Type file) {
        if (file.isPrimitive()) {
            Conversion leaf = ParquetTypes.conversion(type, file.asPrimitiveType());
            if (leaf == null) {
                throw mismatch(path, type, ParquetTypes.text(file.asPrimitiveType()));
            }
            return new RecordColumn(type, leaf, Nesting.NONE, Map.of());
        }
        GroupType group = file.asGroupType();
        if (type instanceof ColumnType.Struct struct && group.getLogicalTypeAnnotation() == null) {
            return struct(path, struct, group);
        }
        boolean wraps = group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
        if (wraps && type instanceof ColumnType.ListOf list && isList(group)) {
            return list(path, list, group);
        }
        if (wraps && type instanceof ColumnType.MapOf map && !group.getType(0).isPrimitive()) {
            return map(path, map, group.getType(0).asGroupType());
        }
        throw mismatch(path, type, group.getLogicalTypeAnnotation() == null ? "a struct" : "a " + annotation(group));
    }

    private static RecordColumn struct(String path, ColumnType.Struct struct, GroupType group) {
        Map<String, Column> byName = new LinkedHashMap<>();
        struct.fields().forEach(field -> byName.put(field.name(), field));
        Map<Integer, Child> children = new LinkedHashMap<>();
        for (int i = 0; i < group.getFieldCount(); i++) {
            String name = group.getFieldName(i);
            Column field = byName.get(name);
            if (field == null) {
                throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the struct has no field " + Cells.shown(name))
                        .at(path);
            }
            children.put(i, new Child(name, of(path + "." + name, field.type(), group.getType(i))));
        }
        return new RecordColumn(struct, null, Nesting.STRUCT, children);
    }

    private static RecordColumn list(String path, ColumnType.ListOf list, GroupType group) {
        Type repeated = group.getType(0);
        boolean wrapped = !repeated.isPrimitive()
                && repeated.asGroupType().getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().equals(group.getName() + "_tuple");
        return wrapped
                ? new RecordColumn(
                        list,
                        null,
                        Nesting.LIST_OF_GROUPS,
                        Map.of(
                                0,
                                child(
                                        "element",
                                        path,
                                        list.element(),
                                        repeated.asGroupType().getType(0))))
                : new RecordColumn(
                        list,
                        null,
                        Nesting.LIST_OF_ELEMENTS,
                        Map.of(0, child("element", path, list.element(), repeated)));
    }

    private static RecordColumn map(String path, ColumnType.MapOf map, GroupType entry) {
        if (entry.getFieldCount() != 2) {
            throw mismatch(path, map, "a group of " + entry.getFieldCount() + " fields");
        }
        return new RecordColumn(
                map,
                null,
                Nesting.MAP,
                Map.of(
                        0,
                        child("key", path, map.key(), entry.getType(0)),
                        1,
                        child("value", path, map.value(), entry.getType(1))));
    }

    private static Child child(String name, String path, Column column, Type file) {
        return new Child(name, single(path + "." + name, column.type(), file));
    }

    /** The value of a field of a record, null where it has none. */
    @Nullable
    Object value(Group record, int field) {
        int count = record.getFieldRepetitionCount(field);
        if (nesting == Nesting.REPEATED) {
            return elements(record, field, count);
        }
        return count == 0 ? null : one(record, field, 0);
    }

    private @Nullable Object one(Group parent, int field, int index) {
        return switch (nesting) {
            case NONE -> scalar(new Cell.OfGroup(parent, field, index));
            case STRUCT -> structValue(parent.getGroup(field, index));
            case LIST_OF_ELEMENTS -> {
                Group group = parent.getGroup(field, index);
                yield elements(group, 0, group.getFieldRepetitionCount(0));
            }
            case LIST_OF_GROUPS -> listValue(parent.getGroup(field, index));
            case MAP -> mapValue(parent.getGroup(field, index));
            case REPEATED -> throw new IllegalStateException("a repeated field has no single value");
        };
    }

    private List<@Nullable Object> elements(Group group, int field, int count) {
        RecordColumn element = child(0).column();
        List<@Nullable Object> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            out.add(element.one(group, field, i));
        }
        return out;
    }

    private List<@Nullable Object> listValue(Group group) {
        int count = group.getFieldRepetitionCount(0);
        List<@Nullable Object> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            out.add(child(0).column().value(group.getGroup(0, i), 0));
        }
        return out;
    }

    private Map<Object, @Nullable Object> mapValue(Group group) {
        Map<Object, @Nullable Object> out = new LinkedHashMap<>();
        for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
            Group entry = group.getGroup(0, i);
            Object key = child(0).column().value(entry, 0);
            if (key == null) {
                throw new FloeException(ErrorCode.WRONG_TYPE, "a map's key is null");
            }
            out.put(key, child(1).column().value(entry, 1));
        }
        return out;
    }

    private StructFields structValue(Group group) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        children.forEach((i, child) -> out.put(child.name(), child.column().value(group, i)));
        return new StructFields(out);
    }

    private Child child(int position) {
        return Objects.requireNonNull(children.get(position));
    }

    private Object scalar(Cell cell) {
        if (leaf instanceof Conversion.Bool) {
            return cell.bool();
        }
        if (leaf instanceof Conversion.Ints ints) {
            int value = ints.to().of(cell);
            return type == ColumnType.Primitive.DATE ? LocalDate.ofEpochDay(value) : (Object) value;
        }
        if (leaf instanceof Conversion.Longs longs) {
            return ofLong(longs.to().of(cell));
        }
        if (leaf instanceof Conversion.Floats) {
            return cell.float32();
        }
        if (leaf instanceof Conversion.Doubles doubles) {
            return doubles.to().of(cell);
        }
        if (leaf instanceof Conversion.Fixed fixed) {
            return ofFixed(fixed.to().of(cell.binary()));
        }
        byte[] bytes = cell.binary().getBytes();
        return type == ColumnType.Primitive.STRING ? text(bytes) : bytes;
    }

    private Object ofLong(long value) {
        if (type instanceof ColumnType.Decimal decimal) {
            return BigDecimal.valueOf(value, decimal.scale());
        }
        if (type == ColumnType.Primitive.TIME) {
            return LocalTime.ofNanoOfDay(value * NANOS_A_MICRO);
        }
        Instant instant = Instant.EPOCH;
        if (type == ColumnType.Primitive.TIMESTAMPTZ) {
            return instant.plus(value, ChronoUnit.MICROS);
        }
        return type == ColumnType.Primitive.TIMESTAMP
                ? instant.plus(value, ChronoUnit.MICROS)
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDateTime()
                : (Object) value;
    }

    private Object ofFixed(byte[] bytes) {
        if (type instanceof ColumnType.Decimal decimal) {
            return new BigDecimal(new BigInteger(bytes), decimal.scale());
        }
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return new UUID(halves.getLong(), halves.getLong());
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FloeException(ErrorCode.INVALID_UTF8, "the text is not UTF-8", e)
                    .advise("declare the column as binary, or write the file anew");
        }
    }

    private static boolean isList(GroupType group) {
        return LogicalTypeAnnotation.listType().equals(group.getLogicalTypeAnnotation());
    }

    private static String annotation(GroupType group) {
        return String.valueOf(group.getLogicalTypeAnnotation()).toLowerCase(Locale.ROOT);
    }

    static FloeException mismatch(String path, ColumnType type, String file) {
        return new FloeException(
                        ErrorCode.WRONG_TYPE, "the file has " + file + ", which does not go into " + type.text())
                .at(path)
                .advise("declare the column so, or leave it out with --columns");
    }
}
