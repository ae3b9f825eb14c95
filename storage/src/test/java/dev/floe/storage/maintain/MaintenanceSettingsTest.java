package dev.floe.storage.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceSettingsTest {
    @Test
    void theServersDefaultsAreTheLibrarys() {
        assertThat(MaintenanceSettings.read(new SettingsReader(Settings.of(Map.of()))))
                .isEqualTo(MaintenanceSettings.defaults());
    }

    @Test
    void aTablesPropertiesGoBefore() {
        MaintenanceSettings settings = MaintenanceSettings.defaults()
                .with(Map.of(
                        "history.expire.max-snapshot-age-ms", "60000",
                        "history.expire.min-snapshots-to-keep", "3",
                        "maintenance.snapshots-max", "4",
                        "maintenance.manifests-max", "5",
                        "maintenance.orphan-age", "P7D",
                        "write.parquet.compression-codec", "zstd"));

        assertThat(settings).isEqualTo(new MaintenanceSettings(Duration.ofMinutes(1), 3, 4, 5, Duration.ofDays(7)));
        assertThat(MaintenanceSettings.defaults().with(Map.of())).isEqualTo(MaintenanceSettings.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "maintenance.orphan-age, PT0S",
        "maintenance.orphan-age, PT23H",
        "maintenance.orphan-age, 3 days",
        "maintenance.snapshots-max, 0",
        "maintenance.manifests-max, many",
        "history.expire.min-snapshots-to-keep, -1"
    })
    void valuesThatWouldHarmAreRefused(String name, String value) {
        assertThatThrownBy(() -> MaintenanceSettings.defaults().with(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void theServersOrphanAgeIsADayAtLeast() {
        SettingsReader reader = new SettingsReader(Settings.of(Map.of("maintenance.orphan-age", "1h")));
        MaintenanceSettings.read(reader);

        assertThatThrownBy(reader::finish).isInstanceOfSatisfying(FloeException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTINGS);
            assertThat(e.message()).contains("maintenance.orphan-age", "1d or more");
        });
    }
}
