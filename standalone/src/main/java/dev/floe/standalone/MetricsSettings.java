package dev.floe.standalone;

import dev.floe.core.settings.SettingsReader;
import java.util.Optional;

/** Where metrics are served; without a port nowhere. */
record MetricsSettings(String address, Optional<Integer> port) {
    private static final int PORT_MAX = 65_535;
    private static final int PORT = 9464;
    private static final String OFF = "off";

    static MetricsSettings read(SettingsReader settings) {
        String address = settings.text("metrics.address", "127.0.0.1", "Address that metrics are served on");
        String port = settings.text(
                "metrics.port",
                Integer.toString(PORT),
                "Port that metrics of queries are served on for Prometheus, without a key; 0 picks a free one, off"
                        + " serves none");
        if (port.trim().equals(OFF)) {
            return new MetricsSettings(address, Optional.empty());
        }
        if (!port.trim().matches("\\d{1,5}") || Integer.parseInt(port.trim()) > PORT_MAX) {
            settings.mistake("metrics.port", "'" + port + "' won't do: it must be from 0 to 65535, or off");
            return new MetricsSettings(address, Optional.empty());
        }
        return new MetricsSettings(address, Optional.of(Integer.parseInt(port.trim())));
    }
}
