package dev.floe.standalone.flink;

import dev.floe.core.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;

/** The embedded Flink cluster: its folder for checkpoints, the port of its web UI, and how long a stop may take. */
public record FlinkSettings(Path folder, int uiPort, Duration stopMax) {
    public static FlinkSettings read(SettingsReader settings, Path dataFolder) {
        return new FlinkSettings(
                dataFolder.resolve("checkpoints"),
                settings.count("flink.ui-port", 8081, 0, 65535, "Port of Flink's web UI, on loopback; 0 picks one"),
                settings.duration("flink.stop-max", "10s", "How long a stop waits for the job's last checkpoint"));
    }
}
