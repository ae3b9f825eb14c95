package dev.floe.gateway;

import dev.floe.core.settings.SettingsReader;
import dev.floe.gateway.write.CoalesceSettings;

/**
 * Limits of ingest.
 *
 * <p>{@code batchBytesMax} bounds a batch once decoded, which matters for compressed or dictionary-coded forms.
 * {@code inFlightBytesMax} bounds the requests that are being handled in the process, {@code streamInFlightBytesMax}
 * those of one stream that have not been answered; beyond, requests wait unread. {@code diskFreeBytesMin} is the free
 * space of the log's disk below which batches are refused.
 */
public record GatewaySettings(
        int batchRowsMax,
        long batchBytesMax,
        long inFlightBytesMax,
        long streamInFlightBytesMax,
        int columnsMax,
        int valueDepthMax,
        long diskFreeBytesMin,
        CoalesceSettings coalesce) {
    public GatewaySettings {
        if (batchRowsMax < 1 || batchBytesMax < 1 || inFlightBytesMax < 1 || streamInFlightBytesMax < 1) {
            throw new IllegalArgumentException("limits of ingest must be positive");
        }
    }

    public static GatewaySettings read(SettingsReader settings) {
        return new GatewaySettings(
                settings.count("ingest.batch-rows-max", 100_000, 1, 10_000_000, "Most rows of one batch"),
                positive(settings, "ingest.batch-bytes-max", "64MB", "Most bytes of one batch once decoded"),
                positive(
                        settings,
                        "ingest.in-flight-bytes-max",
                        "128MB",
                        "Bytes of batches handled at once; as many again may wait, then batches are refused"),
                positive(
                        settings,
                        "ingest.stream-in-flight-bytes-max",
                        "32MB",
                        "Bytes of unanswered batches of one stream; beyond, the stream is not read"),
                settings.count("ingest.columns-max", 2_000, 1, 100_000, "Most columns of one batch"),
                settings.count("ingest.value-depth-max", 16, 1, 64, "Deepest nesting of one value"),
                settings.bytes(
                        "ingest.disk-free-min",
                        "1GB",
                        "Free space of the log's disk below which batches are refused; 0 never refuses"),
                CoalesceSettings.read(settings));
    }

    private static long positive(SettingsReader settings, String key, String defaultValue, String doc) {
        long bytes = settings.bytes(key, defaultValue, doc);
        if (bytes < 1) {
            settings.mistake(key, "it must be at least 1B");
            return 1;
        }
        return bytes;
    }
}
