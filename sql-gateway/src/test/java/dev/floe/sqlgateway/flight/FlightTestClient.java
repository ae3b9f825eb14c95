package dev.floe.sqlgateway.flight;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.sqlgateway.TestServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Arrow's client with a key, on a test server's channel; closing it proves that nothing leaks. */
final class FlightTestClient implements AutoCloseable {
    static {
        // it reaches into gRPC's classes of another version
        System.setProperty("arrow.flight.enable_zero_copy_read", "false");
    }

    private final BufferAllocator memory = new RootAllocator();
    private final FlightClient flight;
    private final FlightSqlClient sql;
    private final CallOption key;

    FlightTestClient(TestServer server, String key) {
        this.flight = FlightGrpcUtils.createFlightClientWithSharedChannel(memory, server.channel());
        this.sql = new FlightSqlClient(flight);
        this.key = new CredentialCallOption(new BearerCredentialWriter(key));
    }

    BufferAllocator memory() {
        return memory;
    }

    FlightClient flight() {
        return flight;
    }

    FlightSqlClient sql() {
        return sql;
    }

    CallOption key() {
        return key;
    }

    /** A result: its schema as announced and as streamed, and its rows. */
    record Result(Schema announced, Schema streamed, List<List<@Nullable Object>> rows) {}

    Result query(String text) throws Exception {
        return read(sql.execute(text, key));
    }

    Result read(FlightInfo info) throws Exception {
        try (FlightStream stream = sql.getStream(info.getEndpoints().get(0).getTicket(), key)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            VectorSchemaRoot root = stream.getRoot();
            Schema streamed = root.getSchema();
            while (stream.next()) {
                for (int row = 0; row < root.getRowCount(); row++) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (FieldVector vector : root.getFieldVectors()) {
                        values.add(shown(vector.getObject(row)));
                    }
                    rows.add(values);
                }
            }
            return new Result(info.getSchemaOptional().orElseThrow(), streamed, rows);
        }
    }

    private static @Nullable Object shown(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        return value instanceof Number || value instanceof Boolean || value == null ? value : value.toString();
    }

    static FlightStatusCode refusal(ThrowingCallable call) {
        return catchThrowableOfType(FlightRuntimeException.class, call).status().code();
    }

    static String message(ThrowingCallable call) {
        return String.valueOf(
                catchThrowableOfType(FlightRuntimeException.class, call).getMessage());
    }

    @Override
    public void close() throws Exception {
        flight.close();
        memory.close();
    }
}
