package dev.floe.jobs.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.table.MaintenanceOrder;
import dev.floe.core.settings.Secret;
import dev.floe.storage.maintain.MaintenanceSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID TWO = new UUID(0, 2);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final Schedule schedule = new Schedule(settings(true));

    @Test
    void aTableIsDueAnIntervalAfterItRan() {
        List<MaintenanceOrder> orders = List.of(ran(ONE, NOW), ran(TWO, NOW.plusSeconds(60)));

        assertThat(schedule.due(orders, NOW.plus(INTERVAL).minusMillis(1))).isEmpty();
        assertThat(schedule.due(orders, NOW.plus(INTERVAL))).containsExactly(due(ONE, 0, false));
        assertThat(schedule.due(orders, NOW.plus(INTERVAL))).as("it runs").isEmpty();
        assertThat(schedule.due(orders, NOW.plus(INTERVAL).plusSeconds(60))).containsExactly(due(TWO, 0, false));
        Instant done = NOW.plus(INTERVAL);
        assertThat(schedule.due(List.of(ran(ONE, done)), done.plus(INTERVAL)))
                .as("the next time")
                .containsExactly(due(ONE, 0, false));
    }

    @Test
    void whatPeopleAskForComesFirstAndOnce() {
        List<MaintenanceOrder> orders = List.of(ran(ONE, Instant.EPOCH), asked(TWO, 3));

        assertThat(schedule.due(orders, NOW)).containsExactly(due(TWO, 3, true), due(ONE, 0, true));
        assertThat(schedule.due(orders, NOW)).isEmpty();
        assertThat(schedule.due(List.of(asked(TWO, 4)), NOW)).containsExactly(due(TWO, 4, true));
    }

    @Test
    void orphansAreLookedForLessOften() {
        MaintenanceOrder order = new MaintenanceOrder(ONE, 0, false, NOW, NOW.minus(Duration.ofHours(23)));

        assertThat(schedule.due(List.of(order), NOW.plus(INTERVAL))).containsExactly(due(ONE, 0, false));
        MaintenanceOrder next = new MaintenanceOrder(ONE, 0, false, NOW.plus(INTERVAL), order.orphansAt());
        assertThat(schedule.due(List.of(next), NOW.plus(Duration.ofHours(1)))).containsExactly(due(ONE, 0, true));
    }

    @Test
    void onlyWhatPeopleAskForIsDoneWhereItIsOff() {
        Schedule off = new Schedule(settings(false));

        assertThat(off.due(List.of(ran(ONE, Instant.EPOCH), asked(TWO, 1)), NOW))
                .containsExactly(due(TWO, 1, true));
    }

    private static MaintenanceJobSettings settings(boolean enabled) {
        return new MaintenanceJobSettings(
                new CatalogSettings("", "", new Secret(""), ""),
                MaintenanceSettings.defaults(),
                enabled,
                INTERVAL,
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                1);
    }

    private static MaintenanceOrder ran(UUID table, Instant at) {
        return new MaintenanceOrder(table, 0, false, at, at);
    }

    private static MaintenanceOrder asked(UUID table, long request) {
        return new MaintenanceOrder(table, request, false, NOW, NOW);
    }

    private static DueTable due(UUID table, long request, boolean orphans) {
        return new DueTable(0, table.getLeastSignificantBits(), request, false, orphans);
    }
}
