package dev.floe.standalone;

import dev.floe.catalog.CatalogSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import dev.floe.gateway.GatewaySettings;
import dev.floe.gateway.log.PublishSettings;
import dev.floe.jobs.ingest.IngestJobSettings;
import dev.floe.jobs.maintain.MaintenanceJobSettings;
import dev.floe.sql.EngineSettings;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.TailSettings;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.jdbc.JdbcSettings;
import dev.floe.standalone.broker.BrokerSettings;
import dev.floe.standalone.flink.FlinkSettings;
import dev.floe.storage.log.LogSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Settings of every part of a standalone process. */
record StandaloneSettings(
        CatalogSettings catalog,
        LogSettings log,
        PublishSettings publish,
        BrokerSettings broker,
        GatewaySettings gateway,
        IngestJobSettings ingest,
        MaintenanceJobSettings maintenance,
        FlinkSettings flink,
        SqlSettings sql,
        EngineSettings engine,
        JdbcSettings jdbc,
        GrpcSettings grpc,
        MetricsSettings metrics) {

    /** Throws INVALID_SETTINGS with every mistake and unknown key. */
    static StandaloneSettings read(Settings settings, Path dataFolder) {
        SettingsReader reader = new SettingsReader(settings);
        StandaloneSettings read = read(reader, dataFolder);
        reader.finish();
        return read;
    }

    /** Every key with its default and meaning; defaults that are paths begin with the data folder given. */
    static List<SettingsReader.Key> reference(Path dataFolder) {
        SettingsReader reader = new SettingsReader(Settings.of(Map.of()));
        read(reader, dataFolder);
        return reader.reference();
    }

    private static StandaloneSettings read(SettingsReader reader, Path dataFolder) {
        CatalogSettings catalog = CatalogSettings.read(reader, dataFolder);
        LogSettings log = LogSettings.read(reader);
        return new StandaloneSettings(
                catalog,
                log,
                PublishSettings.read(reader),
                BrokerSettings.read(reader, dataFolder),
                GatewaySettings.read(reader),
                IngestJobSettings.read(reader, catalog, log),
                MaintenanceJobSettings.read(reader, catalog),
                FlinkSettings.read(reader, dataFolder),
                SqlSettings.read(reader),
                new EngineSettings(
                        TailSettings.read(reader),
                        ScanSettings.read(reader, dataFolder.resolve("sql")),
                        ResultSettings.read(reader)),
                JdbcSettings.read(reader),
                GrpcSettings.read(reader),
                MetricsSettings.read(reader));
    }

    boolean hasEmbeddedBroker() {
        return log.bootstrapServers().isEmpty();
    }

    /** Without keys only this machine may be served. Throws INVALID_SETTINGS. */
    void requireLoopback() {
        requireLoopback("grpc.bind-address", grpc.bindAddress());
        requireLoopback("jdbc.address", jdbc.address());
        requireLoopback("metrics.address", metrics.address());
    }

    private static void requireLoopback(String key, String address) {
        try {
            if (InetAddress.getByName(address).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new FloeException(ErrorCode.INVALID_SETTINGS, key + ": no such host " + address, e);
        }
        throw new FloeException(
                        ErrorCode.INVALID_SETTINGS,
                        "--insecure serves without keys, so " + key + " must be a loopback address, not " + address)
                .advise("leave out --insecure, or serve on 127.0.0.1");
    }
}
