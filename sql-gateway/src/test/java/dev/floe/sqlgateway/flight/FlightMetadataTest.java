package dev.floe.sqlgateway.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.sqlgateway.TestServer;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlightMetadataTest {
    private TestServer server = new TestServer(TestServer.SETTINGS);
    private FlightTestClient client = new FlightTestClient(server, "reader");

    @BeforeAll
    void isUp() {
        assertThat(server.gateway().health().healthy()).isTrue();
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        server.close();
    }

    /** A client that walks down from the catalogs finds every table, by the names on the way. */
    @Test
    void leadsFromCatalogsToTheTenantsTables() throws Exception {
        assertThat(rows(client.sql().getCatalogs(client.key()))).containsExactly(List.of("floe"));
        assertThat(rows(client.sql().getSchemas("floe", null, client.key())))
                .containsExactly(List.of("floe", "default"));
        assertThat(rows(tables("floe", "default", null, List.of())))
                .containsExactly(
                        List.of("floe", "default", "events", "TABLE"), List.of("floe", "default", "routes", "TABLE"));
        assertThat(rows(tables(null, null, null, List.of())))
                .isEqualTo(rows(tables("floe", "default", null, List.of())));
        assertThat(rows(client.sql().getTableTypes(client.key()))).containsExactly(List.of("TABLE"));
    }

    @Test
    void listsWhatThePatternsNameAndNothingElsewhere() throws Exception {
        assertThat(rows(tables(null, "def%", "_vents", List.of("TABLE", "VIEW"))))
                .hasSize(1);
        assertThat(rows(tables("", null, null, List.of()))).isEmpty();
        assertThat(rows(tables(null, "other", null, List.of()))).isEmpty();
        assertThat(rows(tables(null, null, "secrets", List.of()))).isEmpty();
        assertThat(rows(tables(null, null, null, List.of("VIEW")))).isEmpty();
        assertThat(rows(client.sql().getSchemas("x", null, client.key()))).isEmpty();
        assertThat(rows(client.sql().getSchemas(null, "other", client.key()))).isEmpty();
    }

    private FlightInfo tables(
            @Nullable String catalog, @Nullable String schema, @Nullable String table, List<String> types) {
        return client.sql().getTables(catalog, schema, table, types, false, client.key());
    }

    @Test
    void tellsTheSchemaOfATableAsAQueryWouldHaveIt() throws Exception {
        FlightInfo info = client.sql().getTables(null, null, "routes", List.of(), true, client.key());
        assertThat(info.getSchemaOptional()).contains(Schemas.GET_TABLES_SCHEMA);
        try (FlightStream stream =
                client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.key())) {
            assertThat(stream.next()).isTrue();
            byte[] bytes = ((VarBinaryVector) stream.getRoot().getVector("table_schema")).get(0);
            Schema schema = MessageSerializer.deserializeSchema(
                    new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))));
            assertThat(schema.toString())
                    .contains("origin: Utf8 not null", "number: Int(64, true) not null", "delay: Int(32, true)");
        }
    }

    @Test
    void tellsKeysInTheirOrder() throws Exception {
        FlightSqlClient sql = client.sql();
        assertThat(rows(sql.getPrimaryKeys(TableRef.of("floe", "default", "routes"), client.key())))
                .containsExactly(
                        Arrays.asList("floe", "default", "routes", "origin", 1, null),
                        Arrays.asList("floe", "default", "routes", "number", 2, null));
        for (TableRef shouted : List.of(TableRef.of("FLOE", "DEFAULT", "ROUTES"), TableRef.of(null, null, "Routes"))) {
            assertThat(rows(sql.getPrimaryKeys(shouted, client.key()))).hasSize(2);
        }
        assertThat(rows(sql.getPrimaryKeys(TableRef.of(null, null, "events"), client.key())))
                .isEmpty();
        assertThat(rows(sql.getPrimaryKeys(TableRef.of(null, null, "secrets"), client.key())))
                .isEmpty();
        TableRef routes = TableRef.of(null, null, "routes");
        assertThat(rows(sql.getImportedKeys(routes, client.key()))).isEmpty();
        assertThat(rows(sql.getExportedKeys(routes, client.key()))).isEmpty();
        assertThat(rows(sql.getCrossReference(routes, routes, client.key()))).isEmpty();
    }

    @Test
    void tellsFactsOfTheServer() throws Exception {
        List<List<@Nullable Object>> all = rows(client.sql().getSqlInfo(new SqlInfo[0], client.key()));
        assertThat(all).hasSizeGreaterThan(25);
        SqlInfo version = SqlInfo.FLIGHT_SQL_SERVER_VERSION;
        assertThat(rows(client.sql().getSqlInfo(new SqlInfo[] {version, version}, client.key())))
                .containsExactly(List.of(version.getNumber(), TestServer.VERSION));
        assertThat(rows(client.sql().getSqlInfo(new int[] {999_999}, client.key())))
                .isEmpty();
        assertThat(rows(client.sql().getSqlInfo(new SqlInfo[] {SqlInfo.SQL_KEYWORDS}, client.key())))
                .containsExactly(List.of(SqlInfo.SQL_KEYWORDS.getNumber(), "[\"UPSERT\"]"));
    }

    @Test
    void tellsTheTypesOfColumns() throws Exception {
        assertThat(rows(client.sql().getXdbcTypeInfo(client.key())))
                .extracting(row -> row.get(0))
                .contains("BIGINT", "VARCHAR", "DECIMAL", "TIMESTAMP", "UUID");
        assertThat(rows(client.sql().getXdbcTypeInfo(java.sql.Types.BIGINT, client.key())))
                .extracting(row -> row.get(0))
                .containsExactly("BIGINT");
    }

    /** Also checks that the stream has the schema that was announced. */
    private List<List<@Nullable Object>> rows(FlightInfo info) throws Exception {
        FlightTestClient.Result result = client.read(info);
        assertThat(result.streamed()).isEqualTo(result.announced());
        return result.rows();
    }
}
