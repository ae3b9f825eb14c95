package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not run says so in the words of the statement. */
class RefusedStatementsTest {
    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void tables() {
        fixture = new EngineFixture(folder);
        fixture.upsert(
                fixture.create(
                        "default",
                        "orders",
                        List.of("id"),
                        List.of(),
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "a", Types.IntegerType.get()),
                        Types.NestedField.optional(3, "s", Types.StringType.get())),
                List.of(Arrays.asList(1L, 2, "a"), Arrays.asList(2L, 3, "b%")));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT id FROM orders LIMIT 1.5 | INVALID_SQL | LIMIT wants a whole number, not 1.5",
                "SELECT id FROM orders OFFSET 0.5 | INVALID_SQL | OFFSET wants a whole number",
                "SELECT id FROM orders LIMIT 99999999999999 | INVALID_SQL | LIMIT is at most",
                "SELECT id FROM orders LIMIT -1 | INVALID_SQL | LIMIT",
                "SELECT id FROM orders WHERE s LIKE 'a' ESCAPE 'ab' | INVALID_SQL | ESCAPE wants one character",
                "SELECT id FROM orders WHERE s LIKE 'a!b' ESCAPE '!' | INVALID_SQL | no %, _ or ! follows !",
                "SELECT id FROM orders WHERE s LIKE 'a!' ESCAPE '!' | INVALID_SQL | no %, _ or ! follows !",
                "SELECT id FROM orders WHERE s LIKE s ESCAPE CONCAT(s, 'x') | INVALID_ARGUMENT"
                        + " | Invalid escape character",
                "SELECT CURRENT_USER | UNSUPPORTED | CURRENT_USER isn't there",
                "SELECT id FROM orders WHERE s = SESSION_USER | UNSUPPORTED | SESSION_USER isn't there",
                "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r | UNSUPPORTED"
                        + " | WITH RECURSIVE does not run here",
                "; | INVALID_SQL | the statement is empty",
                "-- nothing | INVALID_SQL | the statement is empty",
                "/* nothing */ ; | INVALID_SQL | the statement is empty",
                "BEGIN | UNSUPPORTED | not BEGIN",
                "SHOW TABLES | UNSUPPORTED | not SHOW",
                "DESCRIBE orders | UNSUPPORTED | not DESCRIBE",
                "INSERT INTO orders VALUES (1) | INVALID_SQL | (3) does not equal number of source items (1)",
                "INSERT INTO orders SELECT 1, 2 | INVALID_SQL | (3) does not equal number of source items (2)",
                "UPSERT INTO orders VALUES (1, 2) | INVALID_SQL | (3) does not equal number of source items (2)"
            })
    void isRefused(String sql, ErrorCode code, String message) {
        for (CalciteQueryEngine engine : List.of(fixture.engine, fixture.reference)) {
            assertThatThrownBy(() -> EngineFixture.select(engine, EngineFixture.EDITOR, sql))
                    .as(sql)
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIMIT ?", "OFFSET ?", "ORDER BY id LIMIT ?"})
    void negativeCountsAreRefusedAsParametersToo(String clause) {
        String sql = "SELECT id FROM orders " + clause;
        for (Integer count : Arrays.asList(-1, null)) {
            assertThatThrownBy(() -> fixture.select(sql, count))
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
                    .hasMessageContaining("parameter 1 is a number of rows, which " + count + " is not");
        }
        assertThat(fixture.select(sql, 1)).hasSize(1);
    }

    @Test
    void theTenantIsTheSchema() {
        assertThat(fixture.select("SELECT CURRENT_SCHEMA, CURRENT_CATALOG"))
                .containsExactly(List.of("default", "floe"));
    }

    @Test
    void columnsThatAreNamedMayBeFew() {
        fixture.select(EngineFixture.EDITOR, "INSERT INTO orders (id, s) VALUES (9, 'few')");
        assertThat(fixture.select("SELECT a, s FROM orders WHERE id = 9")).containsExactly(Arrays.asList(null, "few"));
        fixture.select(EngineFixture.EDITOR, "DELETE FROM orders WHERE id = 9");
    }
}
