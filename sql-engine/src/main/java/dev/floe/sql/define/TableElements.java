package dev.floe.sql.define;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.MissingColumns;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.UpsertRules;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What CREATE TABLE says of a table after its name.
 *
 * <pre>
 *   ( element {, element} ) [PARTITIONED BY ( transform {, transform} )] [WITH ( 'setting' = 'value' {, ...} )]
 *
 *   element  column type {NOT NULL | NULL | PRIMARY KEY [NOT ENFORCED] | COMMENT 'text'}
 *            [CONSTRAINT name] PRIMARY KEY ( column {, column} ) [NOT ENFORCED]
 *            INDEX name ( column {, column} )
 * </pre>
 *
 * <p>Settings are those of a declaration in YAML; one with a dot in its name is a property of the table.
 */
final class TableElements {
    private static final String SETTINGS = "buckets, mode, version, missing, bad-rows";

    private final Tokens tokens;
    private final ColumnTypes types;
    private final List<Types.NestedField> columns = new ArrayList<>();
    private final List<String> key = new ArrayList<>();
    private final List<DeclaredIndex> indexes = new ArrayList<>();
    private final List<String> partitions = new ArrayList<>();
    private final Map<String, String> properties = new TreeMap<>();
    private @Nullable TableMode mode;
    private BadRowPolicy badRows = BadRowPolicy.REJECT;
    private UpsertRules upserts = UpsertRules.NEWEST;
    private int buckets;

    TableElements(Tokens tokens, ColumnTypes types) {
        this.tokens = tokens;
        this.types = types;
    }

    /** Throws INVALID_SQL, INVALID_TABLE, UNSUPPORTED. */
    TableDeclaration declaration(TableName name) {
        if (tokens.is("AS") || tokens.is("LIKE")) {
            throw asQuery();
        }
        tokens.expect("(");
        do {
            element();
        } while (tokens.take(","));
        tokens.expect(")");
        if (tokens.take("PARTITIONED", "BY")) {
            tokens.expect("(");
            do {
                partitions.add(tokens.passage("a column or a transform of one"));
            } while (tokens.take(","));
            tokens.expect(")");
        }
        if (tokens.take("WITH")) {
            tokens.expect("(");
            do {
                setting();
            } while (tokens.take(","));
            tokens.expect(")");
        }
        if (tokens.is("AS") || tokens.is("LIKE")) {
            throw asQuery();
        }
        TableMode known = mode;
        return new TableDeclaration(
                name,
                known == null ? byKey() : known,
                columns.stream().map(this::keyed).toList(),
                key.stream().map(this::declared).toList(),
                buckets,
                partitions,
                badRows,
                properties,
                new UpsertRules(declared(upserts.version()), upserts.missing()),
                indexes.stream()
                        .map(index -> new DeclaredIndex(
                                index.name(),
                                index.columns().stream().map(this::declared).toList()))
                        .toList());
    }

    private TableMode byKey() {
        return key.isEmpty() ? TableMode.APPEND : TableMode.UPSERT;
    }

    private FloeException asQuery() {
        return tokens.unsupported("a table is created of columns, not of a query or another table")
                .advise("name the columns, then INSERT INTO the table SELECT ...");
    }

    private void element() {
        if (tokens.take("CONSTRAINT")) {
            tokens.name("the constraint's name");
            requirePrimaryKey();
        }
        if (tokens.is("UNIQUE", "(") || tokens.is("FOREIGN", "KEY") || tokens.is("CHECK", "(")) {
            requirePrimaryKey();
        }
        if (tokens.take("PRIMARY", "KEY")) {
            requireNoKey();
            key.addAll(names());
            tokens.take("NOT", "ENFORCED");
            return;
        }
        if (tokens.take("INDEX")) {
            String index = tokens.plainName("the index's name");
            indexes.add(new DeclaredIndex(index, names()));
            return;
        }
        column();
    }

    private void requirePrimaryKey() {
        if (!tokens.is("PRIMARY", "KEY")) {
            throw tokens.unsupported("the one constraint that tables have is PRIMARY KEY")
                    .advise("declare an INDEX where rows are to be found by other columns");
        }
    }

    private void requireNoKey() {
        if (!key.isEmpty()) {
            throw new FloeException(ErrorCode.INVALID_TABLE, "a table has one primary key, and this one is the second")
                    .at("key");
        }
    }

    private void column() {
        int id = types.nextId();
        String name = tokens.name("a column's name");
        Types.NestedField.Builder column =
                Types.NestedField.builder().withId(id).withName(name).ofType(types.type());
        boolean required = false;
        while (true) {
            if (tokens.take("NOT", "NULL")) {
                required = true;
            } else if (tokens.take("PRIMARY", "KEY")) {
                requireNoKey();
                key.add(name);
                tokens.take("NOT", "ENFORCED");
            } else if (tokens.take("COMMENT")) {
                column.withDoc(tokens.text("the comment"));
            } else if (!tokens.take("NULL")) {
                break;
            }
        }
        if (!tokens.is(",") && !tokens.is(")")) {
            throw tokens.unexpected("NOT NULL, PRIMARY KEY, COMMENT, ',' or ')'")
                    .advise("columns have no defaults, no checks and no references");
        }
        columns.add(column.isOptional(!required).build());
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        tokens.expect("(");
        do {
            names.add(tokens.name("a column's name"));
        } while (tokens.take(","));
        tokens.expect(")");
        return names;
    }

    /** Columns of the key hold no nulls, whether that is written or not. */
    private Types.NestedField keyed(Types.NestedField column) {
        return key.stream().anyMatch(column.name()::equalsIgnoreCase) ? column.asRequired() : column;
    }

    /** A column's name as it was declared; the name itself where there is none, for the catalog to refuse. */
    private String declared(String name) {
        return columns.stream()
                .map(Types.NestedField::name)
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElse(name);
    }

    private void setting() {
        String name = tokens.text("a setting in single quotes");
        tokens.expect("=");
        String value = tokens.text("a value in single quotes");
        switch (name) {
            case "buckets" -> buckets = number(name, value);
            case "mode" -> mode = choice(name, value, Map.of("append", TableMode.APPEND, "upsert", TableMode.UPSERT));
            case "bad-rows" ->
                badRows = choice(
                        name, value, Map.of("reject", BadRowPolicy.REJECT, "reject-batch", BadRowPolicy.REJECT_BATCH));
            case "version" -> upserts = new UpsertRules(value, upserts.missing());
            case "missing" ->
                upserts = new UpsertRules(
                        upserts.version(),
                        choice(name, value, Map.of("null", MissingColumns.NULL, "keep", MissingColumns.KEEP)));
            default -> {
                if (name.indexOf('.') < 0) {
                    throw new FloeException(ErrorCode.INVALID_TABLE, "tables have no setting '" + name + "'")
                            .at(name)
                            .advise("settings are " + SETTINGS + ", and properties with a dot in their name");
                }
                properties.put(name, value);
            }
        }
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new FloeException(ErrorCode.INVALID_TABLE, "'" + value + "' is no number for " + name, e).at(name);
        }
    }

    private static <T> T choice(String name, String value, Map<String, T> choices) {
        T chosen = choices.get(value);
        if (chosen == null) {
            throw new FloeException(
                            ErrorCode.INVALID_TABLE,
                            name + " is "
                                    + String.join(
                                            " or ",
                                            choices.keySet().stream().sorted().toList()) + ", not '" + value + "'")
                    .at(name);
        }
        return chosen;
    }
}
