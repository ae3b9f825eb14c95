package dev.floe.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.MaintenanceOrder;
import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.catalog.table.MaintenanceRuns;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.storage.maintain.MaintenanceFigures;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of maintenance stays until it was reported as done, and the owner alone says what is settled. */
abstract class MaintenanceContract {
    private static final MaintenanceFigures FIGURES = new MaintenanceFigures(1, 2, 3, 4, 5, 6);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");

    @TempDir
    Path folder;

    private Catalog catalog;
    private MaintenanceRuns runs;
    private UUID id;

    /** Settings of a database that is empty when a test begins. */
    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(settings());
        runs = catalog.maintenance();
        id = catalog.tables().create(DeclaredTables.routes()).id();
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void aRequestStaysUntilItIsDone() {
        assertThat(order()).isEqualTo(new MaintenanceOrder(id, 0, false, Instant.EPOCH, Instant.EPOCH));
        assertThat(runs.request(id, false)).isEqualTo(1);
        assertThat(runs.request(id, false)).as("joins").isEqualTo(1);
        catalog.close();
        catalog = SqlCatalog.open(settings());
        runs = catalog.maintenance();
        assertThat(order().request()).isEqualTo(1);

        runs.report(id, run(1, Optional.empty(), "ORPHANS", ""), false);
        assertThat(asked().endedAt()).isEmpty();
        assertThat(asked().step()).isEqualTo("ORPHANS");
        assertThat(order().request()).isEqualTo(1);
        runs.report(id, run(1, Optional.of(NOW), "DONE", "slow disk"), true);

        assertThat(order().request()).isZero();
        assertThat(asked().endedAt()).contains(NOW);
        assertThat(asked().figures()).isEqualTo(FIGURES);
        assertThat(asked().error()).isEqualTo("slow disk");
        assertThat(runs.request(id, false)).as("the next").isEqualTo(2);
        assertThat(asked().figures()).isEqualTo(MaintenanceFigures.NONE);
        assertThat(asked().error()).isEmpty();
    }

    @Test
    void aDryRequestAndARealOneTakeEachOthersPlace() {
        runs.request(id, true);
        assertThat(order().dry()).isTrue();

        assertThat(runs.request(id, false)).isEqualTo(2);

        assertThat(order().dry()).isFalse();
        runs.report(id, run(1, Optional.of(NOW), "DONE", ""), false);
        assertThat(order().request()).as("of an older request").isEqualTo(2);
    }

    @Test
    void whatRanByItselfIsKnownByWhenItBegan() {
        runs.report(id, run(0, Optional.of(NOW.plusSeconds(9)), "DONE", ""), false);
        assertThat(order()).isEqualTo(new MaintenanceOrder(id, 0, false, NOW, Instant.EPOCH));

        runs.report(id, run(0, Optional.of(NOW.plusSeconds(9)), "DONE", ""), true);

        assertThat(order().orphansAt()).isEqualTo(NOW);
        MaintenanceRun byItself = runs.state(id).byItself().orElseThrow();
        assertThat(byItself).isEqualTo(run(0, Optional.of(NOW.plusSeconds(9)), "DONE", ""));
        assertThat(runs.state(id).asked()).isEmpty();
    }

    @Test
    void suspendedAndDroppedTablesAreLeftAlone() {
        catalog.suspensions().suspend(id, 0, new FloeException(ErrorCode.RETENTION_GAP, "gone"));
        assertThat(runs.orders()).isEmpty();
        catalog.suspensions().resume(id, Optional.empty());
        assertThat(runs.orders()).hasSize(1);

        catalog.tables().drop(TableName.of("default", "routes"));
        runs.report(id, run(0, Optional.of(NOW), "DONE", ""), true);

        assertThat(runs.orders()).isEmpty();
        assertThat(runs.request(id, false)).isZero();
    }

    @Test
    void theOwnerAloneSaysWhatIsSettledAndItsSuccessorAnew() {
        long first = catalog.takeOwnership(UUID.randomUUID());
        assertThat(catalog.settledThrough()).isEmpty();
        catalog.settle(first, NOW);
        catalog.settle(first, NOW.minusSeconds(1));
        assertThat(catalog.settledThrough()).contains(NOW);

        long second = catalog.takeOwnership(UUID.randomUUID());

        assertThat(catalog.settledThrough()).as("the new owner has not said").isEmpty();
        catalog.settle(first, NOW.plusSeconds(5));
        assertThat(catalog.settledThrough())
                .as("an epoch that is over does not count")
                .isEmpty();
        catalog.settle(second, NOW.plusSeconds(7));
        assertThat(catalog.settledThrough()).contains(NOW.plusSeconds(7));
    }

    private static MaintenanceRun run(long request, Optional<Instant> ended, String step, String error) {
        return new MaintenanceRun(request, false, NOW, ended, step, FIGURES, error);
    }

    private MaintenanceOrder order() {
        return runs.orders().get(0);
    }

    private MaintenanceRun asked() {
        return runs.state(id).asked().orElseThrow();
    }
}
