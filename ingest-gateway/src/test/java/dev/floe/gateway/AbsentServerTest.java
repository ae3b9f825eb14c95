package dev.floe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writers of the Java client where nobody listens. */
class AbsentServerTest {
    /** Once the channel knows that nobody is there, a call breaks in the thread that opens it. */
    @Test
    void writersOpenAndFailByTheirFuturesOnly() throws IOException {
        try (FloeClient client = FloeClient.connect("127.0.0.1:" + freePort(), "writer")) {
            Awaitility.await().during(Duration.ofSeconds(2)).until(() -> {
                client.writer("events", WriterSettings.defaults().withResendMax(0))
                        .close();
                return true;
            });

            TableWriter writer =
                    client.writer("events", WriterSettings.defaults().withResendMax(10));

            List<@Nullable Object[]> rows = new ArrayList<>();
            rows.add(new Object[] {1L});
            assertThat(writer.append(Batch.of(List.of("id"), rows), Operation.APPEND))
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(FloeException.class);
            writer.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
