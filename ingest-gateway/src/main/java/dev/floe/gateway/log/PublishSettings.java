package dev.floe.gateway.log;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;
import java.util.Set;

/**
 * How entries are published.
 *
 * <p>{@code retention} must exceed the longest outage of the ingest job: entries that expire before they are committed
 * are lost, and the job stops with RETENTION_GAP. Zero keeps entries for ever. {@code compression} is Kafka's; none
 * costs least CPU, zstd about halves the log. {@code ack} owns {@code flush.messages} of the log's topics: it is set or
 * taken back at every start.
 */
public record PublishSettings(
        int entryBytesMax,
        Duration retention,
        String compression,
        long bufferBytesMax,
        Duration deliveryMax,
        AckLevel ack) {
    private static final Set<String> COMPRESSIONS = Set.of("none", "zstd", "lz4", "gzip", "snappy");
    private static final long ENTRY_BYTES_FLOOR = 64 << 10;
    private static final long ENTRY_BYTES_CEILING = 256 << 20;

    public static PublishSettings read(SettingsReader settings) {
        long entryBytes = settings.bytes(
                "log.entry-bytes-max", "4MB", "Largest entry of the log; a row larger than that is refused");
        if (entryBytes < ENTRY_BYTES_FLOOR || entryBytes > ENTRY_BYTES_CEILING) {
            settings.mistake("log.entry-bytes-max", "it must be from 64KB to 256MB");
            entryBytes = ENTRY_BYTES_FLOOR;
        }
        String compression =
                settings.text("log.compression", "none", "Compression of the log: none, zstd, lz4, gzip or snappy");
        if (!COMPRESSIONS.contains(compression)) {
            settings.mistake("log.compression", "'" + compression + "' is none of " + COMPRESSIONS);
            compression = "none";
        }
        return new PublishSettings(
                (int) entryBytes,
                settings.duration(
                        "log.retention",
                        "7d",
                        "How long the log keeps entries, set when its topic is created; 0s keeps them for ever"),
                compression,
                settings.bytes("log.publish-buffer-bytes-max", "256MB", "Bytes of entries waiting for the brokers"),
                settings.duration("log.delivery-max", "30s", "How long an entry is tried before it fails"),
                ack(settings));
    }

    private static AckLevel ack(SettingsReader settings) {
        String asked = settings.text(
                "log.ack",
                AckLevel.BROKER.word(),
                "When the log confirms an entry: broker (survives the death of any process, not a power cut)"
                        + " or fsync (on disk: survives both)");
        for (AckLevel level : AckLevel.values()) {
            if (level.word().equals(asked)) {
                return level;
            }
        }
        settings.mistake("log.ack", "'" + asked + "' is neither broker nor fsync");
        return AckLevel.FSYNC;
    }
}
