package dev.floe.standalone.broker;

import dev.floe.core.settings.SettingsReader;
import java.nio.file.Path;

/** The embedded broker: its folder, port, heap, and where its output goes. */
public record BrokerSettings(Path folder, Path logFile, int port, long heapBytes) {
    private static final long HEAP_BYTES_MIN = 128L << 20;

    public static BrokerSettings read(SettingsReader settings, Path dataFolder) {
        long heap = settings.bytes("broker.heap", "320MB", "Heap of the embedded broker");
        if (heap < HEAP_BYTES_MIN) {
            settings.mistake("broker.heap", "it must be at least 128MB");
            heap = HEAP_BYTES_MIN;
        }
        return new BrokerSettings(
                dataFolder.resolve("kafka"),
                dataFolder.resolve("logs/broker.log"),
                settings.count("broker.port", 0, 0, 65535, "Port of the embedded broker, on loopback; 0 picks one"),
                heap);
    }
}
