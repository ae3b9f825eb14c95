package dev.floe.catalog.table;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What a declaration has to fulfil beside its partitioning; each breach is an INVALID_TABLE with a field path. */
final class TableRules {
    static final int FIELDS_MAX = 2_000;
    static final int DEPTH_MAX = 16;
    static final int NAME_CHARS_MAX = 255;
    static final int DOC_CHARS_MAX = 1_000;
    static final int KEY_COLUMNS_MAX = 32;
    static final int BUCKETS_DEFAULT = 2;
    static final int BUCKETS_MAX = 256;

    private static final int SHOWN_CHARS_MAX = 80;
    private static final Set<Type.TypeID> NO_KEYS =
            Set.of(Type.TypeID.FLOAT, Type.TypeID.DOUBLE, Type.TypeID.LIST, Type.TypeID.MAP, Type.TypeID.STRUCT);

    private TableRules() {}

    static void check(TableDeclaration declaration) {
        checkColumns(declaration.columns());
        checkKey(declaration);
        UpsertChecks.check(declaration);
        checkBuckets(declaration.buckets());
        TableProperties.check(declaration.properties());
    }

    static int bucketsOf(TableDeclaration declaration) {
        return declaration.buckets() == 0 ? BUCKETS_DEFAULT : declaration.buckets();
    }

    static FloeException invalid(String what) {
        return new FloeException(ErrorCode.INVALID_TABLE, what);
    }

    /** A name as messages show it: whole where it is short. */
    static String shown(String name) {
        return name.length() > SHOWN_CHARS_MAX ? name.substring(0, SHOWN_CHARS_MAX) + "..." : name;
    }

    static void checkColumns(List<Types.NestedField> columns) {
        if (columns.isEmpty()) {
            throw invalid("a table needs at least one column").at("columns");
        }
        if (columns.size() > FIELDS_MAX) {
            throw tooManyFields(columns.size() + " columns");
        }
        new Walk().struct(columns, "", 1);
    }

    /** Refuses a column whose name is that of a nested field with its dots, such as a.b beside a struct a with a b. */
    static void checkNamesApart(Schema schema) {
        try {
            // indexes the names, nested ones with dots, which fails where two are the same
            schema.caseInsensitiveFindField(schema.columns().get(0).name());
        } catch (ValidationException | IllegalArgumentException e) {
            throw invalid("the columns won't do: " + e.getMessage())
                    .at("columns")
                    .advise("give columns names that can't be taken for nested fields of another");
        }
    }

    private static FloeException tooManyFields(String given) {
        return invalid(given + " are too many: a table has at most " + FIELDS_MAX + " fields, nested ones counted")
                .at("columns")
                .advise("split the table, or put sparse columns into a map");
    }

    private static void checkKey(TableDeclaration declaration) {
        List<String> key = declaration.key();
        if (declaration.mode() == TableMode.APPEND) {
            if (!key.isEmpty()) {
                throw invalid("an append table has no key")
                        .at("key")
                        .advise("leave the key out, or make the table's mode upsert");
            }
            return;
        }
        if (key.isEmpty()) {
            throw invalid("an upsert table needs a key")
                    .at("key")
                    .advise("name the columns that identify a row, or make the table's mode append");
        }
        if (key.size() > KEY_COLUMNS_MAX) {
            throw invalid("a key has at most " + KEY_COLUMNS_MAX + " columns, not " + key.size())
                    .at("key");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < key.size(); i++) {
            checkKeyColumn(declaration.columns(), key.get(i), "key[" + i + "]");
            if (!seen.add(key.get(i))) {
                throw invalid("the column '" + shown(key.get(i)) + "' is twice in the key")
                        .at("key[" + i + "]");
            }
        }
    }

    private static void checkKeyColumn(List<Types.NestedField> columns, String name, String path) {
        Types.NestedField column = columns.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> invalid("the key names '" + shown(name) + "', which is no column of the table")
                        .at(path)
                        .advise("name columns as they are declared; nested fields can't be keys"));
        if (column.isOptional()) {
            throw invalid("the key column '" + shown(name) + "' is not required")
                    .at(path)
                    .advise("declare the column with required: true");
        }
        if (NO_KEYS.contains(column.type().typeId())) {
            throw invalid("the key column '" + shown(name) + "' has the type "
                            + column.type().typeId().name().toLowerCase(Locale.ROOT))
                    .at(path)
                    .advise("a key holds no float, double, list, map or struct");
        }
    }

    private static void checkBuckets(int buckets) {
        if (buckets < 0 || buckets > BUCKETS_MAX) {
            throw invalid(buckets + " buckets won't do: a table has 1 to " + BUCKETS_MAX)
                    .at("buckets")
                    .advise("leave it out for " + BUCKETS_DEFAULT);
        }
    }

    /** Goes over all fields once, counting them. */
    private static final class Walk {
        private int fields;

        void struct(List<Types.NestedField> siblings, String parent, int depth) {
            Set<String> seen = new HashSet<>();
            for (Types.NestedField field : siblings) {
                String path = parent + shown(field.name());
                checkName(field.name(), path);
                if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
                    throw invalid("the name '" + shown(field.name()) + "' is given twice; upper and lower case are one")
                            .at(path);
                }
                if (field.doc() != null && field.doc().length() > DOC_CHARS_MAX) {
                    throw invalid("a doc has at most " + DOC_CHARS_MAX + " characters")
                            .at(path);
                }
                type(field.type(), path, depth);
            }
        }

        private void type(Type type, String path, int depth) {
            if (++fields > FIELDS_MAX) {
                throw tooManyFields("more than " + FIELDS_MAX + " fields");
            }
            if (depth > DEPTH_MAX) {
                throw invalid("the field is nested deeper than " + DEPTH_MAX).at(path);
            }
            if (type instanceof Types.ListType list) {
                type(list.elementType(), path + ".element", depth + 1);
            } else if (type instanceof Types.MapType map) {
                if (map.keyType().isNestedType()) {
                    throw invalid("a map's key is a single value, no list, map or struct")
                            .at(path + ".key");
                }
                type(map.keyType(), path + ".key", depth + 1);
                type(map.valueType(), path + ".value", depth + 1);
            } else if (type instanceof Types.StructType struct) {
                if (struct.fields().isEmpty()) {
                    throw invalid("a struct needs at least one field").at(path);
                }
                struct(struct.fields(), path + ".", depth + 1);
            } else if (type instanceof Types.DecimalType decimal && decimal.scale() > decimal.precision()) {
                throw invalid(decimal + " has more digits after the point than digits")
                        .at(path);
            }
        }

        private static void checkName(String name, String path) {
            int length = name.codePointCount(0, name.length());
            if (length == 0 || length > NAME_CHARS_MAX) {
                throw invalid("a column's name has 1 to " + NAME_CHARS_MAX + " characters, not " + length)
                        .at(path);
            }
            if (name.codePoints().anyMatch(Walk::isForbidden)) {
                throw invalid("a column's name has no control characters and no broken ones")
                        .at(path);
            }
            if (MetadataColumns.isMetadataColumn(name)) {
                throw invalid("'" + name + "' is a name that Iceberg keeps for itself")
                        .at(path)
                        .advise("choose another name");
            }
        }

        private static boolean isForbidden(int codePoint) {
            return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
        }
    }
}
