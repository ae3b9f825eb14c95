package dev.floe.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                " -- all\n/* of\n it */ (select 1)",
                "WITH a AS (SELECT 1) SELECT * FROM a",
                "VALUES 1",
                "TABLE events",
                "explain plan for DELETE FROM events"
            })
    void queriesRead(String sql) {
        assertThat(StatementKind.reads(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO events SELECT * FROM events",
                "-- SELECT\nDELETE FROM events",
                "/* SELECT */ upsert into events values 1",
                "/* SELECT 1",
                "selected",
                "DROP TABLE events",
                ""
            })
    void whatElseThereIsMayChangeSomething(String sql) {
        assertThat(StatementKind.reads(sql)).isFalse();
    }
}
