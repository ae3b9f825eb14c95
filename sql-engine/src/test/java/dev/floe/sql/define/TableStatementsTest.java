package dev.floe.sql.define;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.MissingColumns;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.UpsertRules;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableStatementsTest {
    private static final TableName ORDERS = TableName.of("default", "orders");

    private static TableStatement parse(String sql) {
        return TableStatements.parse(TenantName.DEFAULT, sql);
    }

    private static TableDeclaration create(String sql) {
        return ((TableStatement.Create) parse(sql)).declaration();
    }

    private static List<ColumnChange> alter(String changes) {
        TableStatement.Alter alter = (TableStatement.Alter) parse("ALTER TABLE orders " + changes);
        assertThat(alter.table()).isEqualTo(ORDERS);
        return alter.changes();
    }

    @Test
    void aTableHasEverythingThatADeclarationHas() {
        TableStatement.Create create = (TableStatement.Create) parse("""
                -- orders of customers
                CREATE TABLE IF NOT EXISTS Default.Orders (
                  customer VARCHAR(20), "Number" BIGINT NOT NULL,
                  placed TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'when it''s bought',
                  /* paid */ total DECIMAL(12, 2),
                  PRIMARY KEY (CUSTOMER, number) NOT ENFORCED,
                  INDEX by_total (Total)
                ) PARTITIONED BY (month(placed), bucket(4, customer))
                WITH ('buckets' = '8', 'version' = 'PLACED', 'missing' = 'keep', 'bad-rows' = 'reject-batch',
                      'maintenance.orphan-age' = 'P5D');""");
        assertThat(create.ifNotExists()).isTrue();
        TableDeclaration table = create.declaration();
        assertThat(table.name()).isEqualTo(ORDERS);
        assertThat(table.mode()).isEqualTo(TableMode.UPSERT);
        assertThat(table.key()).containsExactly("customer", "Number");
        assertThat(table.columns().stream().map(Types.NestedField::toString))
                .containsExactly(
                        "1: customer: required string",
                        "2: Number: required long",
                        "3: placed: required timestamptz (when it's bought)",
                        "4: total: optional decimal(12, 2)");
        assertThat(table.partitionBy()).containsExactly("month(placed)", "bucket(4, customer)");
        assertThat(table.indexes()).containsExactly(new DeclaredIndex("by_total", List.of("total")));
        assertThat(table.buckets()).isEqualTo(8);
        assertThat(table.upserts()).isEqualTo(new UpsertRules("placed", MissingColumns.KEEP));
        assertThat(table.badRows()).isEqualTo(BadRowPolicy.REJECT_BATCH);
        assertThat(table.properties()).isEqualTo(Map.of("maintenance.orphan-age", "P5D"));
    }

    @Test
    void aTableWithoutAKeyIsAppendedTo() {
        TableDeclaration table = create("create table t (a int, b float null)");
        assertThat(table.mode()).isEqualTo(TableMode.APPEND);
        assertThat(table.key()).isEmpty();
        assertThat(create("CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED COMMENT 'x', b INT)")
                        .key())
                .containsExactly("a");
        assertThat(create("CREATE TABLE t (a INT, CONSTRAINT pk PRIMARY KEY (a))")
                        .mode())
                .isEqualTo(TableMode.UPSERT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INTEGER | int
            int | int
            SMALLINT | int
            BIGINT | long
            BOOLEAN | boolean
            REAL | float
            FLOAT | double
            DOUBLE PRECISION | double
            DECIMAL | decimal(38, 0)
            NUMERIC(7) | decimal(7, 0)
            CHARACTER VARYING(30) | string
            CHAR(1) | string
            TEXT | string
            BINARY VARYING(4) | binary
            UUID | uuid
            DATE | date
            TIME(6) | time
            TIMESTAMP | timestamp
            TIMESTAMP(3) WITHOUT TIME ZONE | timestamp
            TIMESTAMP WITH LOCAL TIME ZONE | timestamptz
            INTEGER ARRAY | list<int>
            ARRAY<VARCHAR NOT NULL> | list<string>
            MAP<VARCHAR, DOUBLE> | map<string, double>
            ROW(a INT, b ROW(c DATE NOT NULL)) | struct<a: optional int, b: optional struct<c: required date>>
            ROW(a INT) ARRAY | list<struct<a: optional int>>
            """)
    void typesAreAsSqlWritesThem(String sql, String iceberg) {
        Type type = create("CREATE TABLE t (c " + sql + ")").columns().get(0).type();
        assertThat(type.toString().replaceAll("\\d+: ", "")).isEqualTo(iceberg.replaceAll("\\d+: ", ""));
    }

    @Test
    void changesOfATable() {
        assertThat(alter("ADD COLUMN a INT, ADD b.c DATE COMMENT 'x' AFTER d, ADD e TEXT FIRST"))
                .containsExactly(
                        new ColumnChange.Add(
                                "",
                                Types.NestedField.optional(1, "a", Types.IntegerType.get()),
                                new ColumnChange.Place.Last()),
                        new ColumnChange.Add(
                                "b",
                                Types.NestedField.optional(2, "c", Types.DateType.get(), "x"),
                                new ColumnChange.Place.After("d")),
                        new ColumnChange.Add(
                                "",
                                Types.NestedField.optional(3, "e", Types.StringType.get()),
                                new ColumnChange.Place.First()));
        assertThat(alter("DROP a, DROP COLUMN b.c, RENAME COLUMN d TO e, RENAME f TO \"G\""))
                .containsExactly(
                        new ColumnChange.Drop("a"),
                        new ColumnChange.Drop("b.c"),
                        new ColumnChange.Rename("d", "e"),
                        new ColumnChange.Rename("f", "G"));
        assertThat(alter("ALTER COLUMN a TYPE BIGINT, ALTER b SET DATA TYPE DOUBLE, ALTER c DROP NOT NULL,"
                        + " ALTER COLUMN d AFTER e"))
                .containsExactly(
                        new ColumnChange.Widen("a", Types.LongType.get()),
                        new ColumnChange.Widen("b", Types.DoubleType.get()),
                        new ColumnChange.MakeOptional("c"),
                        new ColumnChange.Move("d", new ColumnChange.Place.After("e")));
        assertThat(alter("ADD INDEX by_a (a, b DESC), DROP INDEX by_c"))
                .containsExactly(
                        new ColumnChange.AddIndex(new DeclaredIndex("by_a", List.of("a", "b"))),
                        new ColumnChange.DropIndex("by_c"));
    }

    @Test
    void dropsAndIndexes() {
        assertThat(parse("DROP TABLE IF EXISTS Orders")).isEqualTo(new TableStatement.Drop(ORDERS, true));
        assertThat(parse("DROP TABLE \"orders\"")).isEqualTo(new TableStatement.Drop(ORDERS, false));
        assertThat(parse("CREATE INDEX By_A ON orders (a)"))
                .isEqualTo(new TableStatement.CreateIndex(
                        ORDERS, new ColumnChange.AddIndex(new DeclaredIndex("by_a", List.of("a"))), false));
        assertThat(parse("DROP INDEX IF EXISTS by_a ON orders"))
                .isEqualTo(new TableStatement.DropIndex(ORDERS, "by_a", true));
        assertThat(parse("DROP INDEX by_a")).isEqualTo(new TableStatement.DropIndex(null, "by_a", false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CREATE TABLE | INVALID_SQL | line 1, column 13
            CREATE TABLE t | INVALID_SQL | (
            CREATE TABLE t () | INVALID_SQL | a column's name
            CREATE TABLE t (a) | INVALID_SQL | line 1, column 18
            CREATE TABLE t (a NUMBER) | INVALID_SQL | 'NUMBER'
            CREATE TABLE t (a INT, b DECIMAL(39, 0)) | INVALID_TABLE | DECIMAL(39, 0)
            CREATE TABLE t (a TIMESTAMP(9)) | INVALID_TABLE | microseconds
            CREATE TABLE t (a INT DEFAULT 5) | INVALID_SQL | 'DEFAULT'
            CREATE TABLE t (a INT PRIMARY KEY, PRIMARY KEY (a)) | INVALID_TABLE | second
            CREATE TABLE t (a INT, UNIQUE (a)) | UNSUPPORTED | PRIMARY KEY
            CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES s (a)) | UNSUPPORTED | PRIMARY KEY
            CREATE TABLE t (a INT) WITH ('bucket' = '3') | INVALID_TABLE | 'bucket'
            CREATE TABLE t (a INT) WITH ('buckets' = 'many') | INVALID_TABLE | 'many'
            CREATE TABLE t (a INT) WITH ('mode' = 'sometimes') | INVALID_TABLE | append or upsert
            CREATE TABLE t (a INT) garbage | INVALID_SQL | 'garbage'
            CREATE TABLE t (a INT); DROP TABLE t | INVALID_SQL | 'DROP'
            CREATE TABLE t AS SELECT 1 | UNSUPPORTED | query
            CREATE TABLE other.t (a INT) | PERMISSION_DENIED | tenant
            CREATE TABLE "T" (a INT) | INVALID_NAME | T
            CREATE VIEW v AS SELECT 1 | UNSUPPORTED | CREATE
            CREATE TABLE t (a INT COMMENT 'x) | INVALID_SQL | quote
            ALTER TABLE t | INVALID_SQL | ADD
            ALTER TABLE t RENAME TO u | UNSUPPORTED | name
            ALTER SYSTEM SET a = 1 | UNSUPPORTED | ALTER
            DROP SCHEMA s | UNSUPPORTED | DROP
            DROP TABLE t CASCADE | INVALID_SQL | 'CASCADE'
            """)
    void mistakesAreNamed(String sql, ErrorCode code, String named) {
        assertThatThrownBy(() -> parse(sql))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(named);
    }

    @Test
    void deepTypesAreRefused() {
        assertThatThrownBy(() -> parse("CREATE TABLE t (a " + "ARRAY<".repeat(50_000)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TOO_COMPLEX));
    }
}
