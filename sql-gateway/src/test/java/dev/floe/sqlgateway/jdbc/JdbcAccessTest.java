package dev.floe.sqlgateway.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.floe.sqlgateway.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcAccessTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);
    private final HttpClient http = HttpClient.newHttpClient();
    private final ProtobufTranslationImpl translation = new ProtobufTranslationImpl();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void refusesAWrongKey() {
        Exception refused =
                catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(server.jdbcUrl("wrong")));
        assertThat(refused).hasMessageContaining("401");
        assertThat(server.gateway().jdbcConnections()).isZero();
    }

    /** Whatever user and password it was given, the driver logs in with what its URL says. */
    @Test
    void takesTheKeyFromTheUrl() throws Exception {
        DriverManager.getConnection(server.jdbcUrl("reader"), "any", "wrong").close();
        String without = server.jdbcUrl("reader").replace(";avatica_user=any;avatica_password=reader", "");
        assertThat(catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(without, "any", "reader")))
                .hasMessageContaining("401");
    }

    @Test
    void saysWhichPropertiesADriverTakesTheKeyFrom() throws Exception {
        HttpResponse<String> refused = http.send(
                HttpRequest.newBuilder(uri()).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(refused.body())
                .startsWith("UNAUTHENTICATED: ")
                .contains("authentication=BASIC;avatica_user=any;avatica_password=KEY");
    }

    @Test
    void refusesAKeyThatMayNotRead() {
        Exception refused =
                catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(server.jdbcUrl("writer")));
        assertThat(refused).hasMessageContaining("PERMISSION_DENIED");
    }

    @Test
    void tellsDriversThatSpeakJson() {
        String url = server.jdbcUrl("reader").replace("serialization=protobuf;", "");
        Exception refused = catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(url));
        assertThat(refused).hasMessageContaining("serialization=protobuf");
    }

    @Test
    void anotherTenantsConnectionIsNotThere() throws Exception {
        String id = "11111111-2222-3333-4444-555555555555";
        assertThat(call("reader", new Service.OpenConnectionRequest(id, Map.of())))
                .isInstanceOf(Service.OpenConnectionResponse.class);
        Service.Response own = call("reader", new Service.CreateStatementRequest(id));
        int statement = ((Service.CreateStatementResponse) own).statementId;
        for (Service.Request request : List.of(
                new Service.CreateStatementRequest(id),
                new Service.PrepareAndExecuteRequest(id, statement, "numbers 1", -1),
                new Service.FetchRequest(id, statement, 0, 10),
                new Service.CloseStatementRequest(id, statement),
                new Service.TablesRequest(id, null, null, null, List.of()))) {
            Service.Response refused = call("other", request);
            assertThat(refused).isInstanceOf(Service.ErrorResponse.class);
            assertThat(((Service.ErrorResponse) refused).sqlState).isEqualTo("08003");
        }
        assertThat(call("other", new Service.CloseConnectionRequest(id)))
                .isInstanceOf(Service.CloseConnectionResponse.class);
        assertThat(call("reader", new Service.PrepareAndExecuteRequest(id, statement, "numbers 1", -1)))
                .isInstanceOf(Service.ExecuteResponse.class);
    }

    @Test
    void answersALostFrameAgainAndNeverSkipsOne() throws Exception {
        String id = "c";
        call("reader", new Service.OpenConnectionRequest(id, Map.of()));
        int statement =
                ((Service.CreateStatementResponse) call("reader", new Service.CreateStatementRequest(id))).statementId;
        call("reader", new Service.PrepareAndExecuteRequest(id, statement, "numbers 5000", -1, 10));
        Meta.Frame once = fetch(id, statement, 10);
        Meta.Frame again = fetch(id, statement, 10);
        assertThat(again.rows).isEqualTo(once.rows);
        Service.Response skipped = call("reader", new Service.FetchRequest(id, statement, 500, 10));
        assertThat(((Service.ErrorResponse) skipped).errorMessage).contains("up to row 20, not 500");
        Service.Response unknown = call("reader", new Service.FetchRequest(id, statement + 1_000, 0, 10));
        assertThat(unknown).isInstanceOf(Service.ErrorResponse.class);
    }

    private Meta.Frame fetch(String id, int statement, long offset) throws Exception {
        return ((Service.FetchResponse) call("reader", new Service.FetchRequest(id, statement, offset, 10))).frame;
    }

    @Test
    void loadsNoClassThatAClientNames() throws Exception {
        Common.Signature signature = Common.Signature.newBuilder()
                .setCursorFactory(Common.CursorFactory.newBuilder()
                        .setStyle(Common.CursorFactory.Style.OBJECT)
                        .setClassName(Poison.class.getName()))
                .build();
        Requests.ExecuteRequest request = Requests.ExecuteRequest.newBuilder()
                .setStatementHandle(
                        Common.StatementHandle.newBuilder().setConnectionId("c").setSignature(signature))
                .build();
        byte[] body = Common.WireMessage.newBuilder()
                .setName(Requests.ExecuteRequest.class.getName())
                .setWrappedMessage(request.toByteString())
                .build()
                .toByteArray();
        HttpResponse<byte[]> answer = post("reader", BodyPublishers.ofByteArray(body));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(System.getProperty("floe.test.poison")).isNull();
    }

    /** Leaves a mark where its class is initialized. */
    static final class Poison {
        static {
            System.setProperty("floe.test.poison", "loaded");
        }

        private Poison() {}
    }

    @Test
    void answersGarbageWithAnErrorAndWithoutATrace() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(300)];
            random.nextBytes(garbage);
            HttpResponse<byte[]> answer = post("reader", BodyPublishers.ofByteArray(garbage));
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1)).doesNotContain("at dev.floe");
        }
    }

    @Test
    void refusesABodyBeyondTheLimitWithoutReadingIt() {
        byte[] megabyte = new byte[1 << 20];
        BodyPublisher huge =
                BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(Collections.nCopies(100, megabyte)));
        try {
            assertThat(post("reader", huge).statusCode()).isEqualTo(413);
        } catch (IOException | InterruptedException e) {
            // the server may hang up before the client has read its answer
            assertThat(e).isInstanceOf(IOException.class);
        }
        assertThat(catchThrowableOfType(
                        Exception.class,
                        () -> DriverManager.getConnection(server.jdbcUrl("reader"))
                                .close()))
                .isNull();
    }

    @Test
    void answersOtherMethodsShortly() throws Exception {
        HttpResponse<byte[]> answer =
                http.send(HttpRequest.newBuilder(uri()).GET().build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void limitsConnectionsAndStatements() throws SQLException {
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < TestServer.JDBC.connectionsPerTenantMax(); i++) {
            open.add(DriverManager.getConnection(server.jdbcUrl("reader")));
        }
        assertThat(catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(server.jdbcUrl("reader"))))
                .hasMessageContaining("OVERLOADED");
        for (int i = 0; i < TestServer.JDBC.statementsPerConnectionMax(); i++) {
            assertThat(open.get(0).createStatement().isClosed()).isFalse();
        }
        assertThat(catchThrowableOfType(Exception.class, () -> open.get(0).createStatement()))
                .hasMessageContaining("OVERLOADED");
        for (Connection connection : open) {
            connection.close();
        }
        assertThat(server.gateway().jdbcConnections()).isZero();
    }

    @Test
    void closesIdleConnectionsWithTheirCursors() throws SQLException {
        JdbcSettings impatient = new JdbcSettings(
                "127.0.0.1", 0, 1 << 20, Duration.ofSeconds(5), 10, 5, 10, 10_000, Duration.ofMillis(200));
        try (TestServer quick = new TestServer(TestServer.SETTINGS, impatient)) {
            Connection connection = DriverManager.getConnection(quick.jdbcUrl("reader"));
            Statement statement = connection.createStatement();
            assertThat(statement.executeQuery("endless").next()).isTrue();
            await().until(() -> quick.gateway().jdbcConnections() == 0);
            assertThat(quick.engine().openCursors()).isZero();
            assertThat(catchThrowableOfType(Exception.class, () -> statement.executeQuery("numbers 1")))
                    .hasMessageContaining("connect again");
        }
    }

    private Service.Response call(String key, Service.Request request) throws Exception {
        byte[] body = translation.serializeRequest(request);
        return translation.parseResponse(
                post(key, BodyPublishers.ofByteArray(body)).body());
    }

    private HttpResponse<byte[]> post(String key, BodyPublisher body) throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString(("any:" + key).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri())
                .header("Authorization", "Basic " + basic)
                .POST(body)
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.gateway().jdbcPort() + "/");
    }
}
