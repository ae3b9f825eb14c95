package dev.floe.sql.define;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Parses statements that define tables.
 *
 * <pre>
 *   CREATE TABLE [IF NOT EXISTS] table ( ... ) ...              see {@link TableElements}
 *   CREATE INDEX [IF NOT EXISTS] index ON table ( column {, column} )
 *   ALTER TABLE [IF EXISTS] table change {, change}
 *   DROP TABLE [IF EXISTS] table
 *   DROP INDEX [IF EXISTS] index [ON table]
 *
 *   change  ADD [COLUMN] column type [COMMENT 'text'] [FIRST | AFTER column]
 *           DROP [COLUMN] column
 *           RENAME [COLUMN] column TO column
 *           ALTER [COLUMN] column { [SET DATA] TYPE type | DROP NOT NULL | FIRST | AFTER column }
 *           ADD INDEX index ( column {, column} )
 *           DROP INDEX index
 * </pre>
 */
final class TableStatements {
    private static final Set<String> BEGINNINGS = Set.of("CREATE", "ALTER", "DROP");

    private final TenantName tenant;
    private final Tokens tokens;
    private final ColumnTypes types;

    private TableStatements(TenantName tenant, Tokens tokens) {
        this.tenant = tenant;
        this.tokens = tokens;
        this.types = new ColumnTypes(tokens);
    }

    /** True where a statement begins as these do. */
    static boolean isOne(String sql) {
        return BEGINNINGS.contains(Tokens.firstWord(sql));
    }

    /** Throws INVALID_SQL, INVALID_TABLE, INVALID_NAME, UNSUPPORTED, PERMISSION_DENIED. */
    static TableStatement parse(TenantName tenant, String sql) {
        TableStatements parser = new TableStatements(tenant, new Tokens(sql));
        TableStatement statement = parser.statement();
        parser.tokens.end();
        return statement;
    }

    private TableStatement statement() {
        if (tokens.take("CREATE", "TABLE")) {
            boolean ifNotExists = tokens.take("IF", "NOT", "EXISTS");
            TableName name = table();
            return new TableStatement.Create(new TableElements(tokens, types).declaration(name), ifNotExists);
        }
        if (tokens.take("CREATE", "INDEX")) {
            boolean ifNotExists = tokens.take("IF", "NOT", "EXISTS");
            String index = tokens.plainName("the index's name");
            tokens.expect("ON");
            TableName table = table();
            DeclaredIndex declared = new DeclaredIndex(index, columns());
            return new TableStatement.CreateIndex(table, new ColumnChange.AddIndex(declared), ifNotExists);
        }
        if (tokens.take("ALTER", "TABLE")) {
            boolean ifExists = tokens.take("IF", "EXISTS");
            TableName table = table();
            List<ColumnChange> changes = new ArrayList<>();
            do {
                changes.add(change());
            } while (tokens.take(","));
            return new TableStatement.Alter(table, changes, ifExists);
        }
        if (tokens.take("DROP", "TABLE")) {
            boolean ifExists = tokens.take("IF", "EXISTS");
            return new TableStatement.Drop(table(), ifExists);
        }
        if (tokens.take("DROP", "INDEX")) {
            boolean ifExists = tokens.take("IF", "EXISTS");
            String index = tokens.plainName("the index's name");
            @Nullable TableName table = tokens.take("ON") ? table() : null;
            return new TableStatement.DropIndex(table, index, ifExists);
        }
        String verb = tokens.word();
        throw tokens.unsupported(
                        "of " + verb + " only TABLE" + (verb.equals("ALTER") ? " runs" : " and INDEX run") + " here")
                .advise("tables have no views, constraints beside their key, or schemas but the tenant");
    }

    private TableName table() {
        String first = tokens.plainName("the table's name");
        if (!tokens.take(".")) {
            return new TableName(tenant, first);
        }
        if (!first.equals(tenant.value())) {
            throw new FloeException(
                            ErrorCode.PERMISSION_DENIED, "a statement defines tables of its own tenant, " + tenant)
                    .advise("leave the tenant out, or use a key of that tenant");
        }
        return new TableName(tenant, tokens.plainName("the table's name"));
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>();
        tokens.expect("(");
        do {
            columns.add(path());
            // an index finds equal values: it has no order
            boolean unused = tokens.take("ASC") || tokens.take("DESC");
        } while (tokens.take(","));
        tokens.expect(")");
        return columns;
    }

    /** A column, or a field in one. */
    private String path() {
        StringBuilder path = new StringBuilder(tokens.name("a column's name"));
        while (tokens.take(".")) {
            path.append('.').append(tokens.name("a field's name"));
        }
        return path.toString();
    }

    private ColumnChange change() {
        if (tokens.take("ADD", "INDEX")) {
            String index = tokens.plainName("the index's name");
            return new ColumnChange.AddIndex(new DeclaredIndex(index, columns()));
        }
        if (tokens.take("ADD")) {
            return added();
        }
        if (tokens.take("DROP", "INDEX")) {
            return new ColumnChange.DropIndex(tokens.plainName("the index's name"));
        }
        if (tokens.take("DROP")) {
            tokens.take("COLUMN");
            return new ColumnChange.Drop(path());
        }
        if (tokens.is("RENAME", "TO")) {
            throw tokens.unsupported("a table keeps its name").advise("create another, and INSERT what this one has");
        }
        if (tokens.take("RENAME")) {
            tokens.take("COLUMN");
            String column = path();
            tokens.expect("TO");
            return new ColumnChange.Rename(column, tokens.name("the new name"));
        }
        if (tokens.take("ALTER")) {
            return altered();
        }
        throw tokens.unexpected("ADD, DROP, RENAME or ALTER");
    }

    private ColumnChange added() {
        tokens.take("COLUMN");
        String path = path();
        int dot = path.lastIndexOf('.');
        Types.NestedField.Builder column = Types.NestedField.builder()
                .withId(types.nextId())
                .withName(path.substring(dot + 1))
                .ofType(types.type());
        boolean required = tokens.take("NOT", "NULL");
        column.isOptional(!required);
        if (tokens.take("COMMENT")) {
            column.withDoc(tokens.text("the comment"));
        }
        ColumnChange.Place place = place();
        return new ColumnChange.Add(
                dot < 0 ? "" : path.substring(0, dot),
                column.build(),
                place == null ? new ColumnChange.Place.Last() : place);
    }

    private ColumnChange altered() {
        tokens.take("COLUMN");
        String column = path();
        if (tokens.take("DROP", "NOT", "NULL")) {
            return new ColumnChange.MakeOptional(column);
        }
        ColumnChange.Place place = place();
        if (place != null) {
            return new ColumnChange.Move(column, place);
        }
        tokens.take("SET", "DATA");
        tokens.expect("TYPE");
        return new ColumnChange.Widen(column, types.type());
    }

    private ColumnChange.@Nullable Place place() {
        if (tokens.take("FIRST")) {
            return new ColumnChange.Place.First();
        }
        return tokens.take("AFTER") ? new ColumnChange.Place.After(tokens.name("a column's name")) : null;
    }
}
