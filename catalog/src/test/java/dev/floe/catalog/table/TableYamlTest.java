package dev.floe.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TableYamlTest {
    private static final String WHOLE = """
            table: flights
            mode: upsert
            columns:
              - {name: date, type: timestamp, required: true}
              - {name: origin, type: string, required: true, doc: "IATA code"}
              - name: price
                type: decimal(10,2)
              - name: tags
                type: list<string required>
              - name: attrs
                type: map<string, long>
              - name: address
                type: 'struct<street: string, "zip code": int required, geo: struct<lat: double, lon: double>>'
            key: [date, origin]
            buckets: 4
            partition-by: [day(date), "bucket(8, origin)"]
            bad-rows: reject-batch
            indexes:
              - {name: by_price, columns: [price]}
              - {name: by_origin_and_price, columns: [origin, price]}
            properties:
              write.parquet.page-row-limit: 20000
            """;

    @Test
    void readsEveryPart() {
        TableDeclaration table = TableYaml.parse(TenantName.DEFAULT, WHOLE);

        assertThat(table.name()).hasToString("default.flights");
        assertThat(table.mode()).isEqualTo(TableMode.UPSERT);
        assertThat(table.key()).containsExactly("date", "origin");
        assertThat(table.buckets()).isEqualTo(4);
        assertThat(table.partitionBy()).containsExactly("day(date)", "bucket(8, origin)");
        assertThat(table.badRows()).isEqualTo(BadRowPolicy.REJECT_BATCH);
        assertThat(table.indexes())
                .containsExactly(
                        new DeclaredIndex("by_price", List.of("price")),
                        new DeclaredIndex("by_origin_and_price", List.of("origin", "price")));
        assertThat(table.properties()).isEqualTo(Map.of("write.parquet.page-row-limit", "20000"));
    }

    @Test
    void readsEveryType() {
        List<Types.NestedField> columns =
                TableYaml.parse(TenantName.DEFAULT, WHOLE).columns();

        assertThat(columns)
                .extracting(Types.NestedField::toString)
                .containsExactly(
                        "1: date: required timestamp",
                        "2: origin: required string (IATA code)",
                        "3: price: optional decimal(10, 2)",
                        "4: tags: optional list<string>",
                        "6: attrs: optional map<string, long>",
                        "9: address: optional struct<10: street: optional string, 11: zip code: required int,"
                                + " 12: geo: optional struct<13: lat: optional double, 14: lon: optional double>>");
    }

    @Test
    void takesTheModeFromTheKeyWhereNoneIsGiven() {
        assertThat(parse("table: t\ncolumns: [{name: a, type: int}]").mode()).isEqualTo(TableMode.APPEND);
        assertThat(parse("table: t\nkey: [a]\ncolumns: [{name: a, type: int}]").mode())
                .isEqualTo(TableMode.UPSERT);
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of("", "", "empty"),
                Arguments.of("- a", "", "line 1: this has to be a mapping"),
                Arguments.of("table: [", "", "line 1: the declaration is not valid YAML"),
                Arguments.of("table: t\n\tcolumns: []", "", "line 2: the declaration is not valid YAML"),
                Arguments.of("columns: []", "table", "line 1: 'table' is missing"),
                Arguments.of("table: t", "columns", "line 1: 'columns' is missing"),
                Arguments.of("table: t\ntable: u", "table", "line 2: 'table' is given twice"),
                Arguments.of("table: t\ncolumns: 7", "columns", "line 2: this has to be a list"),
                Arguments.of("table: t\ncolumns: []\nkeys: [a]", "keys", "line 3: there is no 'keys' here"),
                Arguments.of("table: t\ncolumns: []\nmode: both", "mode", "line 3: 'both' is neither"),
                Arguments.of("table: t\ncolumns: []\nmode:", "mode", "line 3: a value is missing"),
                Arguments.of("table: t\ncolumns: []\nbuckets: many", "buckets", "line 3: 'many' is no whole number"),
                Arguments.of("table: t\ncolumns: []\nbuckets: 0", "buckets", "line 3: a table has at least one bucket"),
                Arguments.of("table: t\ncolumns: []\nkey: id", "key", "line 3: this has to be a list"),
                Arguments.of("table: t\ncolumns: []\nkey: [[a]]", "key[0]", "line 3: this has to be a single text"),
                Arguments.of("table: t\ncolumns: []\nbad-rows: keep", "bad-rows", "line 3: 'keep' is neither"),
                Arguments.of(
                        "table: t\ncolumns: []\nindexes:\n  - {name: i}", "indexes[0].columns", "'columns' is missing"),
                Arguments.of(
                        "table: t\ncolumns: []\nindexes:\n  - {columns: [a]}", "indexes[0].name", "'name' is missing"),
                Arguments.of(
                        "table: t\ncolumns: []\nindexes:\n  - {name: i, columns: [a], unique: true}",
                        "indexes[0].unique",
                        "there is no 'unique' here"),
                Arguments.of("table: t\ncolumns:\n  - {type: int}", "columns[0].name", "line 3: 'name' is missing"),
                Arguments.of("table: t\ncolumns:\n  - {name: a}", "columns[0].type", "line 3: 'type' is missing"),
                Arguments.of(
                        "table: t\ncolumns:\n  - {name: a, type: int, required: yes please}",
                        "columns[0].required",
                        "line 3: 'yes please' is neither true nor false"),
                Arguments.of(
                        "table: t\ncolumns:\n  - {name: a, type: integer}",
                        "columns[0].type",
                        "line 3: the type 'integer'"),
                Arguments.of(
                        "table: t\ncolumns:\n  - {name: a, type: decimal(10,2)}",
                        "columns[0].2)",
                        "there is no '2)' here"),
                Arguments.of(
                        "table: t\ncolumns:\n  - name: a\n    type: decimal(39,2)",
                        "columns[0].type",
                        "line 4: decimal(39, 2) won't do"),
                Arguments.of(
                        "table: t\ncolumns:\n  - name: a\n    type: list<int",
                        "columns[0].type",
                        "line 4: the type 'list<int' lacks '>' at character 9, where it ends"),
                Arguments.of(
                        "table: t\ncolumns:\n  - name: a\n    type: map<string>",
                        "columns[0].type",
                        "lacks ',' at character 11"),
                Arguments.of("table: t\ncolumns:\n  - name: a\n    type: int int", "columns[0].type", "lacks the end"),
                Arguments.of(
                        "table: t\ncolumns:\n  - name: a\n    type: " + "list<".repeat(10_000),
                        "columns[0].type",
                        "nested deeper than 16"),
                Arguments.of("table: t\ncolumns: &c []\nkey: *c", "", "not valid YAML"),
                Arguments.of("table: t\ncolumns: " + "[".repeat(1_000), "", "not valid YAML"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("mistakes")
    void namesLineAndPathOfAMistake(String yaml, String path, String message) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> parse(yaml));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
        assertThat(error).hasMessageContaining(message);
        assertThat(error.fieldPath()).isEqualTo(path);
    }

    @Test
    void refusesAHugeText() {
        FloeException error = catchThrowableOfType(FloeException.class, () -> parse("table: " + "x".repeat(2_000_000)));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TABLE);
    }

    @Test
    void refusesATableNameThatIsNone() {
        FloeException error = catchThrowableOfType(
                FloeException.class, () -> parse("table: ../etc\ncolumns: [{name: a, type: int}]"));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_NAME);
    }

    private static TableDeclaration parse(String yaml) {
        return TableYaml.parse(TenantName.DEFAULT, yaml);
    }
}
