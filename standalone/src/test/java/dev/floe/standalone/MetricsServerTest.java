package dev.floe.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Metrics are served as text where the settings say, and nowhere else. */
class MetricsServerTest {
    private static final MultiCollector METRICS = () -> MetricSnapshots.of(CounterSnapshot.builder()
            .name("floe_table_queries")
            .help("Queries")
            .dataPoint(CounterDataPointSnapshot.builder()
                    .value(7)
                    .labels(Labels.of("tenant", "one", "table", "t"))
                    .build())
            .build());

    private static MetricsSettings settings(Map<String, String> given) {
        SettingsReader reader = new SettingsReader(Settings.of(given));
        MetricsSettings read = MetricsSettings.read(reader);
        reader.finish();
        return read;
    }

    @Test
    void servesWhatIsCollectedAsText() throws IOException, InterruptedException {
        try (MetricsServer server = new MetricsServer(settings(Map.of("metrics.port", "0")), METRICS)) {
            server.start();
            assertThat(server.endpoint()).matches("127\\.0\\.0\\.1:[1-9]\\d*");
            URI uri = URI.create("http://" + server.endpoint() + "/metrics");
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body().lines().map(String::strip))
                    .contains("floe_table_queries_total{table=\"t\",tenant=\"one\"} 7.0");
            assertThat(server.health().healthy()).isTrue();
        }
    }

    @Test
    void servesNothingWhereItIsOff() {
        try (MetricsServer server = new MetricsServer(settings(Map.of("metrics.port", "off")), METRICS)) {
            server.start();
            assertThat(server.endpoint()).isEmpty();
            assertThat(server.health().healthy()).isTrue();
        }
    }

    @Test
    void saysWhatHasItsPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MetricsServer server = new MetricsServer(
                        new MetricsSettings("127.0.0.1", Optional.of(taken.getLocalPort())), METRICS)) {
            FloeException refused = catchThrowableOfType(FloeException.class, server::start);
            assertThat(refused.code()).isEqualTo(ErrorCode.PORT_IN_USE);
            assertThat(refused.action()).contains("metrics.port");
        }
    }

    @Test
    void isOnLoopbackUnlessSomebodySaysOtherwise() {
        assertThat(settings(Map.of())).isEqualTo(new MetricsSettings("127.0.0.1", Optional.of(9464)));
        assertThat(settings(Map.of("metrics.address", "::1", "metrics.port", "70")))
                .isEqualTo(new MetricsSettings("::1", Optional.of(70)));
    }

    @Test
    void refusesPortsThatAreNone() {
        for (String port : new String[] {"65536", "-1", "on", "", "999999"}) {
            assertThat(catchThrowableOfType(FloeException.class, () -> settings(Map.of("metrics.port", port)))
                            .message())
                    .contains("metrics.port", "off");
        }
    }
}
