package dev.floe.sqlgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.QueryRequest;
import dev.floe.wire.v1.QueryResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queries that find no place wait for one, whichever way they come. */
class QueryQueueTest {
    private final TestServer server =
            new TestServer(TestServer.settings(Duration.ofSeconds(60), new QueueSettings(40, Duration.ofSeconds(30))));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        server.close();
        assertThat(server.engine().openCursors()).isZero();
    }

    @Test
    void aQueryRunsOnceAPlaceIsFree() {
        Context.CancellableContext first = Context.current().withCancellation();
        first.run(this::endless);
        endless();
        CompletableFuture<Integer> third = CompletableFuture.supplyAsync(() -> count("numbers 2500"), threads);
        awaitWaiting(1);
        assertThat(third).isNotDone();
        first.cancel(null);
        assertThat(third.join()).isEqualTo(2_500);
        assertThat(server.gateway().admissions().waited()).isEqualTo(1);
        assertThat(server.gateway().health().detail()).contains("have waited 1 for ");
    }

    @Test
    void moreQueriesThanPlacesAllFinish() {
        List<CompletableFuture<Integer>> queries = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> count("numbers 20000"), threads))
                .limit(20)
                .toList();
        assertThat(queries).allSatisfy(query -> assertThat(query.join()).isEqualTo(20_000));
        await().until(() -> server.gateway().openQueries() == 0);
        assertThat(server.gateway().admissions().refused()).isZero();
    }

    @Test
    void anErrorOfTheVirtualMachineEndsItsQueryAlone() throws SQLException {
        for (int i = 0; i < 5; i++) {
            StatusRuntimeException end = catchThrowableOfType(StatusRuntimeException.class, () -> count("broken"));
            assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        }
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("reader"));
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> statement.executeQuery("broken")).hasMessageContaining("DEFECT");
            }
        }
        assertThat(count("numbers 10")).isEqualTo(10);
        await().until(() -> server.gateway().openQueries() == 0);
    }

    @Test
    void aCallThatEndsLeavesTheQueue() {
        endless();
        endless();
        Context.CancellableContext third = Context.current().withCancellation();
        CompletableFuture<StatusRuntimeException> end = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(StatusRuntimeException.class, () -> third.call(() -> count("numbers 1"))),
                threads);
        awaitWaiting(1);
        third.cancel(null);
        assertThat(end.join()).isNotNull();
        awaitWaiting(0);
        assertThat(server.gateway().admissions().left()).isEqualTo(1);
        assertThat(server.engine().openCursors()).isEqualTo(2);
    }

    @Test
    void noQueryWaitsBeyondItsDeadline() {
        endless();
        endless();
        StatusRuntimeException end = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> server.stub("reader")
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .query(QueryRequest.newBuilder().setSql("numbers 1").build())
                        .next());
        assertThat(end).isNotNull();
        awaitWaiting(0);
    }

    @Test
    void aServerThatStopsRefusesThoseWhoWait() {
        endless();
        endless();
        CompletableFuture<StatusRuntimeException> third = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(StatusRuntimeException.class, () -> count("numbers 1")), threads);
        awaitWaiting(1);
        server.gateway().close();
        Error error = Objects.requireNonNull(
                Objects.requireNonNull(third.join().getTrailers()).get(RpcErrors.TRAILER));
        assertThat(error.getName()).isEqualTo("SHUTTING_DOWN");
    }

    @Test
    void aStatementOfJdbcWaitsToo() throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("reader"));
                Statement first = connection.createStatement();
                Statement second = connection.createStatement();
                Statement third = connection.createStatement()) {
            assertThat(first.executeQuery("endless").next()).isTrue();
            assertThat(second.executeQuery("endless").next()).isTrue();
            CompletableFuture<Boolean> waits = CompletableFuture.supplyAsync(() -> hasRows(third), threads);
            awaitWaiting(1);
            first.close();
            assertThat(waits.join()).isTrue();
        }
    }

    private static boolean hasRows(Statement statement) {
        try (ResultSet rows = statement.executeQuery("numbers 10")) {
            return rows.next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitWaiting(int count) {
        await().until(() -> server.gateway().admissions().waiting() == count);
    }

    private void endless() {
        server.stub("reader")
                .query(QueryRequest.newBuilder().setSql("endless").build())
                .next();
    }

    private int count(String sql) {
        int rows = 0;
        Iterator<QueryResponse> parts = server.stub("reader")
                .query(QueryRequest.newBuilder().setSql(sql).build());
        while (parts.hasNext()) {
            rows += parts.next().getRows().getRowsCount();
        }
        return rows;
    }
}
