package dev.floe.sqlgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.sqlgateway.jdbc.JdbcSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlSettingsTest {
    @Test
    void readsEveryKey() {
        SettingsReader reader = new SettingsReader(Settings.of(Map.ofEntries(
                Map.entry("sql.queries-max", "1"),
                Map.entry("sql.queries-per-tenant-max", "2"),
                Map.entry("sql.lookups-max", "3"),
                Map.entry("sql.lookups-per-tenant-max", "4"),
                Map.entry("sql.result-rows-max", "5"),
                Map.entry("sql.query-time-max", "6s"),
                Map.entry("sql.batch-rows-max", "7"),
                Map.entry("sql.response-bytes", "8KB"),
                Map.entry("sql.arrow-bytes-max", "9B"),
                Map.entry("sql.queue-max", "18"),
                Map.entry("sql.queue-time-max", "19s"),
                Map.entry("jdbc.address", "::1"),
                Map.entry("jdbc.port", "10"),
                Map.entry("jdbc.body-bytes-max", "11B"),
                Map.entry("jdbc.body-time-max", "12s"),
                Map.entry("jdbc.connections-max", "13"),
                Map.entry("jdbc.connections-per-tenant-max", "14"),
                Map.entry("jdbc.statements-per-connection-max", "15"),
                Map.entry("jdbc.frame-rows-max", "16"),
                Map.entry("jdbc.connection-idle-max", "17s"))));
        SqlSettings sql = SqlSettings.read(reader);
        JdbcSettings jdbc = JdbcSettings.read(reader);
        reader.finish();
        QueueSettings queue = new QueueSettings(18, Duration.ofSeconds(19));
        assertThat(sql).isEqualTo(new SqlSettings(1, 2, 3, 4, 5, Duration.ofSeconds(6), 7, 8 << 10, 9, queue));
        assertThat(jdbc)
                .isEqualTo(new JdbcSettings(
                        "::1", 10, 11, Duration.ofSeconds(12), 13, 14, 15, 16, Duration.ofSeconds(17)));
    }

    @Test
    void tellsEveryMistakeAtOnce() {
        SettingsReader reader = new SettingsReader(Settings.of(
                Map.of("sql.response-bytes", "1B", "sql.arrow-bytes-max", "0B", "jdbc.body-bytes-max", "1GB")));
        SqlSettings.read(reader);
        JdbcSettings.read(reader);
        assertThat(catchThrowableOfType(FloeException.class, reader::finish).message())
                .contains("sql.response-bytes", "sql.arrow-bytes-max", "jdbc.body-bytes-max");
    }

    @Test
    void aCallersWishesStayWithinTheLimits() {
        SqlSettings settings = TestServer.SETTINGS;
        assertThat(settings.limits(0, Duration.ofDays(1), 0))
                .isEqualTo(new QueryLimits(1_000_000, Duration.ofSeconds(30), 1_000));
        assertThat(settings.limits(5, Duration.ofSeconds(1), 10))
                .isEqualTo(new QueryLimits(5, Duration.ofSeconds(1), 10));
        assertThat(settings.limits(Long.MAX_VALUE, Duration.ofDays(1), Integer.MAX_VALUE))
                .isEqualTo(new QueryLimits(1_000_000, Duration.ofSeconds(30), 1_000));
    }
}
